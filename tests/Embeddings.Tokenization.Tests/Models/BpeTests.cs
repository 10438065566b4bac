namespace Embeddings.Tokenization.Tests.Models;

public sealed class BpeTests
{
    private const string Vocabulary = """{"<unk>": 0, "a": 1, "b": 2, "c": 3, "ab": 4, "bc": 5, "abc": 6, "aa": 7, "##": 8, "#": 9}""";

    [Theory]
    [InlineData("""["b c", "a b", "a bc"]""", "abc", "6")] // by rank, not from the left
    [InlineData("""["a b", "b c"]""", "abc", "4 3")]
    [InlineData("""["a a"]""", "aaa", "7 1")] // the leftmost of equal ones
    [InlineData("""[["a", "b"], ["ab", "c"]]""", "abcab", "6 4")] // merges as pairs
    [InlineData("""["#version: 0.2", "# #"]""", "###", "8 9")]
    public void Pairs_are_merged_in_the_order_of_the_list(string merges, string text, string ids) => Assert.Equal(
        ids,
        string.Join(' ', Steps.Tokenizer($$"""{"type": "BPE", "vocab": {{Vocabulary}}, "merges": {{merges}}}""").Tokenize(text)));

    [Theory]
    [InlineData("false", "null", "axyb", "1 2")] // left out
    [InlineData("false", "\"<unk>\"", "axyb", "1 0 0 2")]
    [InlineData("true", "\"<unk>\"", "axyb", "1 0 2")]
    [InlineData("true", "\"<unk>\"", "xy", "0")]
    public void An_unknown_character_is_what_the_file_says(string fuses, string unknown, string text, string ids)
    {
        var tokenizer = Steps.Tokenizer(
            $$"""{"type": "BPE", "unk_token": {{unknown}}, "fuse_unk": {{fuses}}, "vocab": {{Vocabulary}}, "merges": []}""");
        Assert.Equal(ids, string.Join(' ', tokenizer.Tokenize(text)));
    }

    [Fact]
    public void Bytes_stand_for_unknown_characters_where_the_file_has_them_all()
    {
        var tokenizer = Steps.Tokenizer("""
            {"type": "BPE", "unk_token": "u", "byte_fallback": true, "merges": [],
             "vocab": {"u": 0, "<0xC3>": 1, "<0xA9>": 2, "a": 3, "<0x0A>": 4}}
            """);
        Assert.Equal([1, 2, 3, 4], tokenizer.Tokenize("éa\n"));
        Assert.Equal([0], tokenizer.Tokenize("è"));
        Assert.Equal(["0-1", "0-1", "1-2"], tokenizer.Encode("éa").Ranges.Select(range => $"{range.Start}-{range.End}"));
    }

    [Fact]
    public void The_last_character_of_a_word_has_the_suffix()
    {
        var tokenizer = Steps.Tokenizer("""
            {"type": "BPE", "unk_token": null, "end_of_word_suffix": "</w>", "merges": ["a b</w>"],
             "vocab": {"a": 0, "b": 1, "b</w>": 2, "ab</w>": 3, "a</w>": 4}}
            """, preTokenizer: """{"type": "WhitespaceSplit"}""");
        Assert.Equal([3, 4, 1, 3], tokenizer.Tokenize("ab a bab"));
    }

    [Fact]
    public void A_whole_token_stays_one_where_merges_are_ignored()
    {
        const string model = """{"type": "BPE", "ignore_merges": true, "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": []}""";
        Assert.Equal([2], Steps.Tokenizer(model).Tokenize("ab"));
        Assert.Equal([0, 1], Steps.Tokenizer(model.Replace("true", "false", StringComparison.Ordinal)).Tokenize("ab"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void Short_and_long_words_are_merged_alike(int length)
    {
        // Merging "aa" first and then "aaaa" leaves the rest of a division by 4.
        var tokenizer = Steps.Tokenizer("""
            {"type": "BPE", "vocab": {"a": 0, "aa": 1, "aaaa": 2, "aaaaa": 3}, "merges": ["a a", "aa aa"]}
            """);
        int[] expected = [.. Enumerable.Repeat(2, length / 4), .. Enumerable.Repeat(1, length % 4 / 2), .. Enumerable.Repeat(0, length % 2)];
        Assert.Equal(expected, tokenizer.Tokenize(new string('a', length)));
        Assert.Equal(expected, tokenizer.Tokenize(new string('a', length)));
    }

    [Fact]
    public void A_word_of_a_million_letters_is_read()
    {
        var tokenizer = Steps.Tokenizer("""{"type": "BPE", "vocab": {"a": 0, "aa": 1}, "merges": ["a a"]}""");
        Assert.Equal(500_000, tokenizer.Tokenize(new string('a', 1_000_000)).Count);
    }

    [Fact]
    public void Words_that_are_cut_at_metaspaces_are_merged_as_the_whole_is()
    {
        const string model = """
            {"type": "BPE", "merges": ["▁ ▁", "▁▁ a", "a b", "▁ a"],
             "vocab": {"▁": 0, "a": 1, "b": 2, "▁▁": 3, "▁▁a": 4, "ab": 5, "▁a": 6 EXTRA}}
            """;
        var cut = Steps.Tokenizer(model.Replace(" EXTRA", "", StringComparison.Ordinal));
        var whole = Steps.Tokenizer(model.Replace(" EXTRA", ", \"b▁\": 7", StringComparison.Ordinal));
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => "▁▁aab"[random.Next(5)]));
            Assert.Equal(whole.Tokenize(text), cut.Tokenize(text));
        }
    }
}
