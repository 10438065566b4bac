namespace Embeddings.Tokenization.Tests.AddedTokens;

public sealed class AddedTokenTests
{
    private const string Model = """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0, "a": 1, "b": 2, "<m>": 3}}""";

    [Theory]
    [InlineData("", "a<m>b", "1 3 2")]
    [InlineData("", "<m><m>", "3 3")]
    [InlineData("""
        , "lstrip": true
        """, "a  <m> b", "1 3 2")]
    [InlineData("""
        , "single_word": true
        """, "a<m>", "0")] // touched by a word character
    [InlineData("""
        , "single_word": true
        """, "a <m>!", "1 3 0")]
    public void Flags_are_followed(string flags, string text, string ids)
    {
        var tokenizer = Steps.Tokenizer(
            Model, preTokenizer: """{"type": "WhitespaceSplit"}""", addedTokens: $$"""[{"id": 9, "content": "<m>"{{flags}}}]""");
        Assert.Equal(ids, string.Join(' ', tokenizer.Tokenize(text)));
    }

    [Fact]
    public void White_space_that_a_token_takes_along_is_part_of_its_range()
    {
        var tokenizer = Steps.Tokenizer(
            Model,
            preTokenizer: """{"type": "WhitespaceSplit"}""",
            addedTokens: """[{"id": 3, "content": "<m>", "lstrip": true, "rstrip": true}]""");
        var encoded = tokenizer.Encode("a  <m> b");
        Assert.Equal([1, 3, 2], encoded.Ids);
        Assert.Equal(["0-1", "1-7", "7-8"], encoded.Ranges.Select(range => $"{range.Start}-{range.End}"));
    }

    [Fact]
    public void The_longest_of_those_that_begin_at_one_place_wins()
    {
        var tokenizer = Steps.Tokenizer(Model, addedTokens: """[{"id": 4, "content": "xx"}, {"id": 5, "content": "xxx"}]""");
        Assert.Equal([5, 4], tokenizer.Tokenize("xxxxx"));
    }

    [Fact]
    public void A_normalized_token_is_found_in_the_normalized_text()
    {
        var tokenizer = Steps.Tokenizer(
            Model,
            normalizer: """{"type": "Lowercase"}""",
            addedTokens: """[{"id": 4, "content": "ÀB", "normalized": true}, {"id": 5, "content": "CD"}]""");
        Assert.Equal([4, 4, 5, 0], tokenizer.Tokenize("ÀBàbCDcd"));
        Assert.Equal("àb CD", tokenizer.Decode([4, 5], skipsSpecialTokens: true));
    }

    [Fact]
    public void A_token_of_the_vocabulary_keeps_its_id_and_others_are_numbered_behind_it()
    {
        var tokenizer = Steps.Tokenizer(Model, addedTokens: """[{"id": 77, "content": "<m>"}, {"id": 78, "content": "<n>"}]""");
        Assert.Equal((3, 4, 5), (tokenizer.IdOf("<m>"), tokenizer.IdOf("<n>"), tokenizer.VocabularySize));
        Assert.Equal(("<n>", null), (tokenizer.TokenOf(4), tokenizer.TokenOf(78)));
    }
}
