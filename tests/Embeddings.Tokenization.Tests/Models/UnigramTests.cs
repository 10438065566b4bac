using Embeddings.Tokenization.Models;

namespace Embeddings.Tokenization.Tests.Models;

public sealed class UnigramTests
{
    private const string Json = """
        {"type": "Unigram", "unk_id": 0,
         "vocab": [["<unk>", 0], ["a", -2.5], ["b", -2.5], ["ab", -3], ["abc", -9], ["c", -4], ["\ud800\udf30", -3]]}
        """;

    [Theory]
    [InlineData("ab", "3")] // -3 is more than -5
    [InlineData("abc", "3 5")] // -7 is more than -9
    [InlineData("aab", "1 3")]
    [InlineData("axyb", "1 0 2")] // unknown neighbours are one token
    [InlineData("\U00010330\U00010331", "6 0")]
    public void The_cut_with_the_best_sum_wins(string text, string ids) =>
        Assert.Equal(ids, string.Join(' ', Steps.Tokenizer(Json).Tokenize(text)));

    [Fact]
    public void Bytes_stand_for_unknown_characters_where_the_file_has_them_all()
    {
        var tokenizer = Steps.Tokenizer("""
            {"type": "Unigram", "unk_id": 0, "byte_fallback": true,
             "vocab": [["<unk>", 0], ["a", -1], ["<0xC3>", -9], ["<0xA9>", -9]]}
            """);
        Assert.Equal([1, 2, 3, 0], tokenizer.Tokenize("aé").Concat(tokenizer.Tokenize("è")));
    }

    [Fact]
    public void A_long_text_without_a_break_is_read() =>
        Assert.Equal(Enumerable.Repeat(3, 100_000), Steps.Tokenizer(Json).Tokenize(string.Concat(Enumerable.Repeat("ab", 100_000))));

    [Theory]
    [InlineData("-3.5", -3.5)]
    [InlineData("0", 0)]
    [InlineData("-0.0", 0)]
    [InlineData("1e3", 1000)]
    [InlineData("12.5E-1", 1.25)]
    [InlineData("1e-310", 1e-310)]
    [InlineData("3.4106979370117188", 34106979370117188 / 1e16)] // not the nearest, but a quotient
    [InlineData("123456789012345678901", 12345678901234567890 * 10.0)] // digits that a 64-bit number cannot hold do not count
    public void A_score_is_read_as_upstream_reads_it(string number, double expected) =>
        Assert.Equal(expected, Score.Parse(number));
}
