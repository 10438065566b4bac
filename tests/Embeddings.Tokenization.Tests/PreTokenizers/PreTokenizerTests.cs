namespace Embeddings.Tokenization.Tests.PreTokenizers;

/// <summary>How each kind of pre-tokenizer cuts a text.</summary>
public sealed class PreTokenizerTests
{
    [Theory]
    [InlineData("""{"type": "BertPreTokenizer"}""", " Hey, it's\u3000fine!?\n", "Hey|,|it|'|s|fine|!|?")]
    [InlineData("""{"type": "Whitespace"}""", "Hey, it's_1 क्या…\u00A0+x", "Hey|,|it|'|s_1|क्या|…|+|x")]
    [InlineData("""{"type": "WhitespaceSplit"}""", "\tHey, you \u2003there", "Hey,|you|there")]
    [InlineData("""{"type": "Punctuation"}""", "Hey, it's…", "Hey|,| it|'|s|…")]
    [InlineData("""{"type": "Punctuation", "behavior": "Contiguous"}""", "a..b", "a|..|b")]
    [InlineData("""{"type": "Digits"}""", "a12b½", "a|12|b|½")]
    [InlineData("""{"type": "Digits", "individual_digits": true}""", "a12b", "a|1|2|b")]
    [InlineData("""{"type": "UnicodeScripts"}""", " Apples are りんご 林檎", "Apples are |りんご 林檎")]
    [InlineData("""{"type": "FixedLength", "length": 2}""", "ab\U0001F600cd", "ab|\U0001F600c|d")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": false}""", "I'll go 12  é", "I|'ll|Ġgo|Ġ12|Ġ|ĠÃ©")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": true}""", "a b", "Ġa|Ġb")]
    [InlineData("""{"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}""", "a b", "aĠb")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁"}""", "Hey  you", "▁Hey|▁|▁you")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}""", "Hey you", "Hey|▁you")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "split": false}""", " Hey you", "▁Hey▁you")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "add_prefix_space": false, "prepend_scheme": "never"}""", "a", "a")]
    public void A_kind_cuts(string preTokenizer, string text, string expected) =>
        Assert.Equal(expected, Steps.Pieces(preTokenizer, text));

    [Theory]
    [InlineData("Removed", false, "the|final|countdown")]
    [InlineData("Isolated", false, "the|-|final|-|-|countdown")]
    [InlineData("Contiguous", false, "the|-|final|--|countdown")]
    [InlineData("MergedWithPrevious", false, "the-|final-|-|countdown")]
    [InlineData("MergedWithNext", false, "the|-final|-|-countdown")]
    [InlineData("Removed", true, "-|-|-")]
    public void Delimiters_behave_as_asked(string behavior, bool invert, string expected) => Assert.Equal(
        expected,
        Steps.Pieces(
            $$"""{"type": "Split", "pattern": {"String": "-"}, "behavior": "{{behavior}}", "invert": {{(invert ? "true" : "false")}}}""",
            "the-final--countdown"));

    [Theory]
    [InlineData("\\p{L}+", "a\U00010330b \U0001D7D8", "a\U00010330b| \U0001D7D8")] // letters beyond the BMP are letters
    [InlineData("\\p{N}", "\U0001D7D8x", "\U0001D7D8|x")]
    [InlineData("\\s+(?!\\S)|\\s+", "a   b", "a|  | |b")]
    [InlineData("(?i:'s|'t)", "it'S", "it|'S")]
    [InlineData("[\\w]+", "क्या!", "क्या|!")]
    public void An_expression_is_read_as_upstream_reads_it(string expression, string text, string expected) => Assert.Equal(
        expected,
        Steps.Pieces(
            $$$"""{"type": "Split", "pattern": {"Regex": {{{System.Text.Json.JsonSerializer.Serialize(expression)}}}}, "behavior": "Isolated"}""",
            text));

    [Fact]
    public void Only_the_piece_that_begins_the_source_is_prefixed_if_the_first_one_is()
    {
        const string json = """
            {"type": "Sequence", "pretokenizers": [
              {"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first"}]}
            """;
        Assert.Equal("▁a|b", Steps.Pieces(json, "a b"));
        Assert.Equal("a|b", Steps.Pieces(json, " a b"));
    }
}
