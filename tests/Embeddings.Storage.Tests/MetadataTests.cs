namespace Embeddings.Storage.Tests;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(""" { "b" : 1.50 , "a":[ ] ,"b":2 } """)]
    [InlineData("""{"\u0061":"\u00e9","😀":null}""")]
    public void The_object_is_kept_as_it_was_given(string json) => Assert.Equal(json, Metadata.Parse(json).Json);

    [Theory]
    [InlineData("9007199254740993", "n")]
    [InlineData("-9007199254740993", "n")]
    [InlineData("18446744073709551615", "n")]
    [InlineData("1e400", "n")]
    [InlineData("-1e400", "n")]
    [InlineData("[1, 9007199254740993]", "n[1]")]
    [InlineData("{\"inner\": 9007199254740993}", "n.inner")]
    public void A_number_that_a_double_cannot_keep_is_refused_with_its_path(string number, string path)
    {
        var exception = Assert.Throws<MetadataException>(() => Metadata.Parse($$"""{"n":{{number}}}"""));
        Assert.Equal(path, exception.Path);
        Assert.StartsWith($"metadata.{path}: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9007199254740991", 9007199254740991)]
    [InlineData("9007199254740992", 9007199254740992)]
    [InlineData("-9007199254740994", -9007199254740994)]
    [InlineData("1000000000000000000000", 1e21)]
    [InlineData("0.1", 0.1)]
    [InlineData("1e2", 100)]
    [InlineData("-0", 0)]
    [InlineData("1e-400", 0)]
    public void A_number_is_what_a_filter_compares(string number, double expected)
    {
        var fields = Metadata.Parse($$"""{"n":{{number}}}""").Fields;
        Assert.True(fields.TryGet("n", out var value));
        Assert.Equal(MetadataValue.Of(expected), value);
        Assert.True(new Filter.In("n", new HashSet<MetadataValue> { MetadataValue.Of(expected) }).Matches(fields));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":["\udc00"]}""")]
    [InlineData("""{"\ud800":1}""")]
    public void What_is_no_object_is_refused(string json) => Assert.Throws<MetadataException>(() => Metadata.Parse(json));

    [Fact]
    public void A_text_that_is_no_Unicode_is_refused() => Assert.Throws<MetadataException>(() => Metadata.Parse("{\"a\":\"\ud800\"}"));

    [Fact]
    public void Objects_without_end_are_refused() =>
        Assert.Throws<MetadataException>(() => Metadata.Parse(string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500)));

    [Fact]
    public void Of_a_name_that_occurs_twice_the_last_counts()
    {
        var fields = Metadata.Parse("""{"a":1,"b":{"c":1},"a":2,"b.c":3}""").Fields;
        Assert.Equal("2", Show(fields, "a"));
        Assert.Equal("3", Show(fields, "b.c"));
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("[null]", null)]
    [InlineData("[{}]", null)]
    [InlineData("[1,[2]]", null)]
    [InlineData("[]", "[]")]
    [InlineData("[1,\"x\",true]", "[1, x, true]")]
    [InlineData("false", "false")]
    [InlineData("\"\"", "")]
    public void Filters_see_numbers_texts_booleans_and_lists_of_them(string json, string? expected) =>
        Assert.Equal(expected, Show(Metadata.Parse($$"""{"a":{{json}}}""").Fields, "a"));

    [Fact]
    public void Values_of_different_types_are_neither_equal_nor_ordered()
    {
        MetadataValue[] values = [MetadataValue.Of(1), MetadataValue.Of("1"), MetadataValue.Of(true), MetadataValue.Of([MetadataValue.Of(1)])];
        foreach (var (i, x) in values.Index())
        {
            foreach (var (j, y) in values.Index())
            {
                Assert.Equal(i == j, x == y);
                Assert.Equal(i == j && i < 2 ? 0 : null, x.CompareTo(y));
            }
        }
    }

    [Theory]
    [InlineData("a", "b", -1)]
    [InlineData("a", "B", 1)]
    [InlineData("", "a", -1)]
    [InlineData("\uffff", "😀", 1)]
    [InlineData("x", "x", 0)]
    public void Texts_are_ordered_by_their_code_units(string x, string y, int expected) =>
        Assert.Equal(expected, MetadataValue.Of(x).CompareTo(MetadataValue.Of(y)));

    private static string? Show(MetadataFields fields, string name) => fields.TryGet(name, out var value) ? value.ToString() : null;
}
