namespace Embeddings.Tokenization.Tests.PostProcessors;

public sealed class PostProcessorTests
{
    private const string Bert = """{"type": "BertProcessing", "cls": ["c", 8], "sep": ["s", 9]}""";

    private const string Template = """
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "c", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
         "pair": [{"Sequence": {"id": "B", "type_id": 2}}, {"SpecialToken": {"id": "c", "type_id": 1}}, {"Sequence": {"id": "A", "type_id": 1}}],
         "special_tokens": {"c": {"id": "c", "ids": [7, 8], "tokens": ["c", "d"]}}}
        """;

    [Theory]
    [InlineData("null", "1", "1 2", "0 1")]
    [InlineData(Bert, "8 1 9", "8 1 9 2 9", "0 0 0 1 1")]
    [InlineData("""{"type": "RobertaProcessing", "cls": ["c", 8], "sep": ["s", 9]}""", "8 1 9", "8 1 9 9 2 9", "0 0 0 0 0 0")]
    [InlineData(Template, "7 8 1", "2 7 8 1", "2 1 1 1")]
    [InlineData("""{"type": "Sequence", "processors": [{"type": "ByteLevel"}, """ + Bert + "]}", "8 1 9", "8 1 9 2 9", "0 0 0 1 1")]
    public void Special_tokens_and_types_stand_where_the_file_says(string postProcessor, string alone, string pair, string types)
    {
        var tokenizer = Tokenizer(postProcessor);
        var both = tokenizer.Encode("a", "b");
        Assert.Equal(alone, string.Join(' ', tokenizer.Encode("a").Ids));
        Assert.Equal(pair, string.Join(' ', both.Ids));
        Assert.Equal(types, string.Join(' ', both.TypeIds));
        Assert.Equal(both.Ids.Select(id => id > 2), both.IsSpecial);
        Assert.Equal((both.Ids.Count - 2, alone.Split(' ').Length - 1), (tokenizer.SpecialTokens(true), tokenizer.SpecialTokens(false)));
        var framed = tokenizer.Frame([1], [2], isPair: true);
        Assert.Equal((pair, types), (string.Join(' ', framed.Ids), string.Join(' ', framed.TypeIds)));
    }

    [Fact]
    public void Without_special_tokens_only_the_texts_are_left()
    {
        var plain = Tokenizer(Bert).Encode("a", "b", new EncodeOptions { AddsSpecialTokens = false });
        Assert.Equal([1, 2], plain.Ids);
        Assert.Equal([0, 1], plain.TypeIds);
        Assert.DoesNotContain(true, plain.IsSpecial);
    }

    [Theory]
    [InlineData("false", "0-1 1-3 3-6")]
    [InlineData("true", "0-1 2-3 5-6")] // spaces are not in the range
    public void Spaces_are_trimmed_from_ranges_where_the_file_says(string trims, string ranges)
    {
        var tokenizer = Steps.Tokenizer(
            """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0}}""",
            preTokenizer: """{"type": "Split", "pattern": {"Regex": " *\\w"}, "behavior": "Isolated"}""",
            postProcessor: $$"""{"type": "ByteLevel", "trim_offsets": {{trims}}, "add_prefix_space": false}""");
        Assert.Equal(ranges, string.Join(' ', tokenizer.Encode("a b  c").Ranges.Select(range => $"{range.Start}-{range.End}")));
    }

    private static Tokenizer Tokenizer(string postProcessor) => Steps.Tokenizer(
        """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0, "a": 1, "b": 2}}""", postProcessor: postProcessor);
}
