namespace Embeddings.Tokenization.Tests.Models;

public sealed class ModelReaderTests
{
    [Theory]
    [InlineData("""{"vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}""", "2")]
    [InlineData("""{"vocab": [["<unk>", 0], ["ab", -1]], "unk_id": 0}""", "1")]
    [InlineData("""{"vocab": {"[UNK]": 0, "a": 1, "##b": 2}, "unk_token": "[UNK]", "continuing_subword_prefix": "##"}""", "1 2")]
    [InlineData("""{"vocab": {"u": 0, "ab": 7}, "unk_token": "u"}""", "7")]
    public void A_model_without_a_type_is_known_by_what_it_has(string model, string ids) =>
        Assert.Equal(ids, string.Join(' ', Steps.Tokenizer(model).Tokenize("ab")));

    [Fact]
    public void A_word_level_model_knows_whole_pieces()
    {
        var tokenizer = Steps.Tokenizer(
            """{"type": "WordLevel", "vocab": {"u": 0, "ab": 7}, "unk_token": "u"}""", preTokenizer: """{"type": "WhitespaceSplit"}""");
        Assert.Equal([7, 0], tokenizer.Tokenize("ab abc"));
        Assert.Equal(8, tokenizer.VocabularySize);
    }
}
