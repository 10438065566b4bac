namespace Embeddings.Tokenization.Tests;

public sealed class TruncationTests
{
    private static readonly Tokenizer Words = Steps.Tokenizer(
        """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0, "a": 1, "b": 2, "c": 3, "d": 4, "e": 5}}""",
        preTokenizer: """{"type": "WhitespaceSplit"}""",
        postProcessor: """{"type": "BertProcessing", "cls": ["x", 8], "sep": ["y", 9]}""");

    [Theory]
    [InlineData(9, TruncationSide.End, "8 1 2 3 4 5 9")]
    [InlineData(4, TruncationSide.End, "8 1 2 9")]
    [InlineData(4, TruncationSide.Start, "8 4 5 9")]
    [InlineData(2, TruncationSide.End, "8 9")]
    public void One_text_is_cut_where_it_is_asked(int most, TruncationSide side, string ids)
    {
        var encoded = Words.Encode("a b c d e", new EncodeOptions { Truncation = new TruncationOptions(most, Side: side) });
        Assert.Equal(ids, string.Join(' ', encoded.Ids));
        Assert.Equal(encoded.Ids.Count, encoded.Ranges.Count);
    }

    [Theory]
    [InlineData(TruncationStrategy.LongestFirst, 7, "a b c d", "e e", "8 1 2 9 5 5 9")]
    [InlineData(TruncationStrategy.LongestFirst, 8, "a b c d", "e e", "8 1 2 3 9 5 5 9")]
    [InlineData(TruncationStrategy.LongestFirst, 6, "a b", "e e e", "8 1 9 5 5 9")] // both are cut, the longer one less
    [InlineData(TruncationStrategy.OnlySecond, 6, "a b", "e e e", "8 1 2 9 5 9")]
    [InlineData(TruncationStrategy.OnlyFirst, 7, "a b", "e e e", "8 1 9 5 5 5 9")]
    public void A_pair_is_cut_by_its_strategy(TruncationStrategy strategy, int most, string first, string second, string ids) =>
        Assert.Equal(ids, string.Join(' ', Words.Encode(first, second, new EncodeOptions { Truncation = new TruncationOptions(most, strategy) }).Ids));

    [Theory]
    [InlineData(TruncationStrategy.OnlySecond, 5)]
    [InlineData(TruncationStrategy.LongestFirst, 2)]
    public void What_cannot_be_cut_is_refused(TruncationStrategy strategy, int most) => Assert.Throws<ArgumentException>(
        () => Words.Encode("a b c", "d", new EncodeOptions { Truncation = new TruncationOptions(most, strategy) }));

    [Fact]
    public void A_limit_leaves_out_what_lies_behind_it()
    {
        Assert.Equal([1, 2], Words.Tokenize("a b c d e", 2));
        Assert.Equal([1, 2], Words.Tokenize("a b", 3));
        Assert.Empty(Words.Tokenize("a b", 0));
    }
}
