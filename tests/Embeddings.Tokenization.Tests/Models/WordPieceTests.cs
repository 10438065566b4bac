namespace Embeddings.Tokenization.Tests.Models;

public sealed class WordPieceTests
{
    private const string Json = """
        {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 10,
         "vocab": {"[UNK]": 0, "un": 1, "unaff": 2, "##aff": 3, "##able": 4, "##a": 5, "\ud800\udf30": 6, "##\ud800\udf30": 7}}
        """;

    [Theory]
    [InlineData("unaffable", "2 4")] // the longest first
    [InlineData("unaa", "1 5 5")]
    [InlineData("unx", "0")] // unknown as a whole
    [InlineData("unaaaaaaaa", "1 5 5 5 5 5 5 5 5")]
    [InlineData("unaaaaaaaaa", "0")] // too long
    [InlineData("\U00010330\U00010330\U00010330\U00010330\U00010330\U00010330", "6 7 7 7 7 7")] // the limit counts code points
    public void A_word_is_cut_into_the_longest_pieces(string word, string ids) =>
        Assert.Equal(ids, string.Join(' ', Steps.Tokenizer(Json).Tokenize(word)));
}
