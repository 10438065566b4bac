using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.Tests.Filtering;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("{}")]
    [InlineData(""" { "b" : 1.50 , "a":[ ] ,"c":2 } """)]
    [InlineData("""{"\u0061":"\u00e9","😀":null}""")]
    public void The_object_is_kept_as_it_was_given(string json) => Assert.Equal(json, Metadata.Parse(json).Json);

    [Theory]
    [InlineData("18446744073709551617", "n")]
    [InlineData("-9223372036854775809", "n")]
    [InlineData("1e400", "n")]
    [InlineData("-1e400", "n")]
    [InlineData("[1, 18446744073709551617]", "n[1]")]
    [InlineData("{\"inner\": 18446744073709551617}", "n.inner")]
    public void A_number_that_cannot_be_kept_exactly_is_refused_with_its_path(string number, string path)
    {
        var exception = Assert.Throws<MetadataException>(() => Metadata.Parse($$"""{"n":{{number}}}"""));
        Assert.Equal(path, exception.Path);
        Assert.StartsWith($"metadata.{path}: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("9007199254740991", 9007199254740991)]
    [InlineData("9007199254740992", 9007199254740992)]
    [InlineData("-9007199254740994", -9007199254740994)]
    [InlineData("18446744073709551616", 18446744073709551616d)]
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
    public void What_is_no_object_is_refused(string json) =>
        Assert.Throws<MetadataException>(() => Metadata.Parse(json));

    [Fact]
    public void A_text_that_is_no_Unicode_is_refused() =>
        Assert.Throws<MetadataException>(() => Metadata.Parse("{\"a\":\"\ud800\"}"));

    [Fact]
    public void Objects_without_end_are_refused() =>
        Assert.Throws<MetadataException>(
            () => Metadata.Parse(string.Concat(Enumerable.Repeat("{\"a\":", 500)) + "1" + new string('}', 500)));

    [Theory]
    [InlineData("""{"a":1,"a":2}""", "a")]
    [InlineData("""{"b":{"c":1,"d":2,"c":null}}""", "b.c")]
    [InlineData("""{"b":[{"c":1},{"d":1,"d":1}]}""", "b.d")]
    public void A_field_that_is_there_twice_is_refused(string json, string path) =>
        Assert.Equal(path, Assert.Throws<MetadataException>(() => Metadata.Parse(json)).Path);

    [Fact]
    public void A_name_has_512_characters_with_those_of_the_objects_that_it_is_in()
    {
        var (longest, longer) = (new string('a', 510), new string('a', 511));
        Assert.Equal("1", Show(Metadata.Parse($$"""{"b":{"{{longest}}":1} }""").Fields, $"b.{longest}"));
        var exception = Assert.Throws<MetadataException>(() => Metadata.Parse($$"""{"b":{"{{longer}}":1} }"""));
        Assert.Equal($"b.{longer[..38]}…", exception.Path);
    }

    [Fact]
    public void Two_fields_that_a_filter_cannot_tell_apart_are_both_seen()
    {
        var fields = Metadata.Parse("""{"a":{"b.c":1,"d":{"e":4}},"a.b":{"c":"x"},"a.b.c":[true],"a.d":5}""").Fields;
        Assert.Equal("[1, x, true]", Show(fields, "a.b.c"));
        Assert.Equal("5", Show(fields, "a.d"));
        Assert.Equal("4", Show(fields, "a.d.e"));
    }

    [Theory]
    [InlineData("""{"$a":1}""", false)]
    [InlineData("""{"a":{"$b":1}}""", true)]
    public void A_name_that_begins_as_an_operator_does_is_refused(string json, bool isTaken) =>
        Assert.Equal(isTaken, Record.Exception(() => Metadata.Parse(json)) is null);

    [Fact]
    public void What_an_earlier_version_took_is_still_read()
    {
        var name = new string('a', 1000);
        Assert.Equal("1", Show(Metadata.Stored($$"""{"$a":2,"{{name}}":{"b":1} }""").Fields, $"{name}.b"));
    }

    [Fact]
    public void Names_take_memory_by_their_segments_and_not_by_their_lengths()
    {
        // 2,500 names of 50,000 letters each as whole strings: 250 MB.
        var json = $$"""{"{{new string('a', 50_000)}}":{ {{string.Join(',', Enumerable.Range(0, 2500).Select(i => $"\"{i}\":1"))}} } }""";
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = Metadata.Stored(json).Fields.Shared(new FieldNames());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10 << 20);
    }

    [Fact]
    public void Documents_share_names_up_to_a_number_of_bytes_and_are_found_beyond_it()
    {
        var names = new FieldNames(mostBytes: 1000);
        for (var i = 0; i < 100; i++)
        {
            var fields = Metadata.Parse($$"""{"year":{{i}},"other{{i}}":{"x":{{i}} } }""").Fields.Shared(names);
            Assert.Equal(($"{i}", $"{i}"), (Show(fields, "year"), Show(fields, $"other{i}.x")));
            Assert.InRange(names.Bytes, 1, 1000);
        }
    }

    [Theory]
    [InlineData("null", null, false)]
    [InlineData("{}", null, true)]
    [InlineData("[null]", "[]", true)]
    [InlineData("[{}]", "[]", true)]
    [InlineData("[1,[2,[3]]]", "[1, 2, 3]", true)]
    [InlineData("[1,null,{\"b\":2}]", "[1]", true)]
    [InlineData("[]", "[]", true)]
    [InlineData("[1,\"x\",true]", "[1, x, true]", true)]
    [InlineData("false", "false", true)]
    [InlineData("\"\"", "", true)]
    public void Filters_see_numbers_texts_booleans_and_lists_of_them(string json, string? expected, bool exists)
    {
        var fields = Metadata.Parse($$"""{"a":{{json}}}""").Fields;
        Assert.Equal(expected, Show(fields, "a"));
        Assert.Equal(exists, new Filter.Exists("a").Matches(fields));
    }

    [Fact]
    public void Fields_of_objects_in_a_list_are_seen_of_every_object()
    {
        var fields = Metadata.Parse("""{"authors":[{"name":"Ann","tags":["x"]},{"name":"Bob","tags":["y",null]},{"born":{"in":"Rome"}}]}""").Fields;
        Assert.Equal("[Ann, Bob]", Show(fields, "authors.name"));
        Assert.Equal("[x, y]", Show(fields, "authors.tags"));
        Assert.Equal("Rome", Show(fields, "authors.born.in"));
    }

    [Fact]
    public void Values_of_different_types_are_neither_equal_nor_ordered()
    {
        MetadataValue[] values = [MetadataValue.Of(1), MetadataValue.Of("1"), MetadataValue.Of(true), MetadataValue.Of(
            [MetadataValue.Of(1)])];
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

    private static string? Show(MetadataFields fields, string name) =>
        fields.TryGet(name, out var value) ? value.ToString() : null;

    [Fact]
    public void Dates_that_differ_below_a_tick_have_hashes_of_their_own()
    {
        var values = Enumerable.Range(1, 1_000).Select(i => MetadataValue.Of($"2025-01-01T00:00:00.0000000{i:0000}Z"))
            .ToList();
        Assert.InRange(values.Select(value => value.GetHashCode()).Distinct().Count(), 990, 1_000);
        var (shorter, longer) = (
            MetadataValue.Of("2025-01-01T00:00:00.00000001Z"),
            MetadataValue.Of("2025-01-01T01:00:00.0000000100+01:00"));
        Assert.Equal((shorter, shorter.GetHashCode()), (longer, longer.GetHashCode()));
    }

    [Fact]
    public void A_character_that_is_no_digit_makes_no_date() =>
        Assert.NotEqual(MetadataValue.Of("2025-03-01T12:30:00Z"), MetadataValue.Of("2025-03-01T12:30:0\0Z"));

    [Theory]
    [InlineData("""{"list":[{0}]}""", "list")]
    [InlineData("""{"object":{"nested":[[{0}]]}}""", "object.nested")]
    public void What_a_filter_would_have_to_look_at_for_long_is_refused(string json, string field)
    {
        var most = json.Replace("{0}", string.Join(',', Enumerable.Repeat("1", 9_990)), StringComparison.Ordinal);
        Assert.Equal(most, Metadata.Parse(most).Json);
        var more = json.Replace("{0}", string.Join(',', Enumerable.Repeat("1", 10_001)), StringComparison.Ordinal);
        Assert.Equal(field, Assert.Throws<MetadataException>(() => Metadata.Parse(more)).Path);
    }
}
