namespace Embeddings.Tokenization.Tests.Normalizers;

/// <summary>What each kind of normalizer does to a text.</summary>
public sealed class NormalizerTests
{
    [Theory]
    [InlineData("NFC", "e\u0301 \u1E9B\u0323 \u1100\u1161\u11A8", "\u00E9 \u1E9B\u0323 \uAC01")]
    [InlineData("NFD", "\u00E9 \u1E9B\u0323 \uAC01", "e\u0301 \u017F\u0323\u0307 \u1100\u1161\u11A8")]
    [InlineData("NFKC", "\uFB01 \u1E9B\u0323 \u2460 \uFF21\u00A0", "fi \u1E69 1 A ")]
    [InlineData("NFKD", "\uFB01 \u1E9B\u0323 \u00BD", "fi s\u0323\u0307 1\u20442")]
    [InlineData("NFC", "\u0958 \u2126 a\u0315\u0300", "\u0915\u093C \u03A9 \u00E0\u0315")] // excluded, a singleton, marks out of order
    [InlineData("NFC", "\uFFFE\uFFFF", "\uFFFE\uFFFF")] // not characters
    [InlineData("Lowercase", "ÀΣ İ \U00010400", "àσ i\u0307 \U00010428")]
    [InlineData("StripAccents", "e\u0301\u0903é", "eé")]
    [InlineData("Nmt", "a\u0001\tb\u200Bc\uFEFF", "a b c ")]
    [InlineData("ByteLevel", "é \n", "\u00C3\u00A9\u0120\u010A")]
    public void A_kind_without_settings_rewrites(string kind, string text, string expected) =>
        Assert.Equal(expected, Steps.Normalized($$"""{"type": "{{kind}}"}""", text));

    [Theory]
    [InlineData("""{"type": "Strip", "strip_left": true, "strip_right": false}""", " \u3000a b\n", "a b\n")]
    [InlineData("""{"type": "Strip", "strip_left": false, "strip_right": true}""", " a\u2003", " a")]
    [InlineData("""{"type": "Strip", "strip_left": true, "strip_right": true}""", " \t ", "")]
    [InlineData("""{"type": "Prepend", "prepend": "▁"}""", "a", "▁a")]
    [InlineData("""{"type": "Prepend", "prepend": "▁"}""", "", "")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "``"}, "content": "\""}""", "``a```", "\"a\"`")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": " "}""", "a   b c", "a b c")]
    [InlineData("""{"type": "Replace", "pattern": {"Regex": "\\p{L}"}, "content": "x"}""", "\U00010330-\U0001F600", "x-\U0001F600")]
    [InlineData("""{"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "StripAccents"}]}""", "Café", "Cafe")]
    [InlineData("""{"type": "BertNormalizer", "lowercase": true}""", "Caf\u00C9\t東a\u0000", "cafe  東 a")]
    [InlineData("""{"type": "BertNormalizer", "lowercase": true, "strip_accents": false}""", "CAFÉ", "café")]
    [InlineData("""{"type": "BertNormalizer", "lowercase": false}""", "CAFÉ", "CAFÉ")]
    [InlineData("""{"type": "BertNormalizer", "clean_text": false, "handle_chinese_chars": false, "lowercase": false}""", "東\u0000\t", "東\u0000\t")]
    public void A_kind_with_settings_rewrites(string normalizer, string text, string expected) =>
        Assert.Equal(expected, Steps.Normalized(normalizer, text));

    [Theory]
    [InlineData("""{"type": "NFC"}""", "ae\u0301b", "0-1 1-2 3-4")] // a composite comes from its first part
    [InlineData("""{"type": "NFD"}""", "a\u00E9b", "0-1 1-2 1-2 2-3")]
    [InlineData("""{"type": "StripAccents"}""", "e\u0301b", "0-1 2-3")]
    [InlineData("""{"type": "Lowercase"}""", "Aİ\U00010400", "0-1 1-2 1-2 2-4 2-4")]
    [InlineData("""{"type": "Prepend", "prepend": "▁"}""", "ab", "0-1 0-1 1-2")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "abc"}, "content": "xy"}""", "_abc_", "0-1 3-4 3-4 4-5")] // the last of the match
    [InlineData("""{"type": "BertNormalizer"}""", "\u0000東a", "1-2 1-2 1-2 2-3")]
    [InlineData("""{"type": "ByteLevel"}""", "é\U0001F600", "0-1 0-1 1-3 1-3 1-3 1-3")]
    public void Each_code_unit_knows_where_it_comes_from(string normalizer, string text, string expected) =>
        Assert.Equal(expected, Steps.Sources(normalizer, text));

    [Theory]
    [InlineData("NFD")]
    [InlineData("NFC")]
    public void A_million_marks_are_ordered_in_one_go(string kind)
    {
        var marks = string.Concat(Enumerable.Repeat("\u0315\u0323", 500_000));
        var normalized = Steps.Normalized($$"""{"type": "{{kind}}"}""", "x" + marks);
        Assert.Equal("x" + new string('\u0323', 500_000) + new string('\u0315', 500_000), normalized);
    }
}
