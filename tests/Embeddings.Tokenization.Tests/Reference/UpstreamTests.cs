using System.Globalization;
using System.Text.Json;

namespace Embeddings.Tokenization.Tests.Reference;

/// <summary>
/// The same random texts here and in Hugging Face's own library, with another seed each day: every kind of step by
/// itself, and models with random vocabularies.
/// </summary>
public sealed class UpstreamTests
{
    private const string Unknown = """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0}}""";

    public static TheoryData<string> Normalizers =>
    [
        """{"type": "NFC"}""", """{"type": "NFD"}""", """{"type": "NFKC"}""", """{"type": "NFKD"}""", """{"type": "Lowercase"}""",
        """{"type": "StripAccents"}""", """{"type": "Nmt"}""", """{"type": "ByteLevel"}""", """{"type": "Prepend", "prepend": "▁x"}""",
        """{"type": "Strip", "strip_left": true, "strip_right": true}""",
        """{"type": "Replace", "pattern": {"Regex": "[\\s,]+|\\p{N}"}, "content": "<>"}""",
        """{"type": "Replace", "pattern": {"String": "a"}, "content": ""}""",
        """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}""",
        """{"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": false, "strip_accents": true, "lowercase": false}""",
        """{"type": "Sequence", "normalizers": [{"type": "NFKD"}, {"type": "StripAccents"}, {"type": "NFC"}, {"type": "Lowercase"}]}""",
    ];

    public static TheoryData<string> PreTokenizers =>
    [
        """{"type": "BertPreTokenizer"}""", """{"type": "Whitespace"}""", """{"type": "WhitespaceSplit"}""",
        """{"type": "Punctuation", "behavior": "Isolated"}""", """{"type": "Punctuation", "behavior": "MergedWithPrevious"}""",
        """{"type": "Digits", "individual_digits": true}""", """{"type": "Digits", "individual_digits": false}""",
        """{"type": "UnicodeScripts"}""", """{"type": "FixedLength", "length": 3}""",
        """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""",
        """{"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false}""",
        """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""",
        """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}""",
        """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never", "split": false}""",
        """{"type": "Sequence", "pretokenizers": [{"type": "WhitespaceSplit"}, {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "first", "split": true}]}""",
        """{"type": "Sequence", "pretokenizers": [{"type": "Whitespace"}, {"type": "Digits", "individual_digits": true}, {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": false}]}""",
        .. from behavior in new[] { "Removed", "Isolated", "Contiguous", "MergedWithPrevious", "MergedWithNext" }
           from invert in new[] { "true", "false" }
           select $$$"""{"type": "Split", "pattern": {"Regex": "[\\s.,]|\\p{L}{2}"}, "behavior": "{{{behavior}}}", "invert": {{{invert}}}}""",
    ];

    public static TheoryData<string> Decoders =>
    [
        """{"type": "WordPiece", "prefix": "##", "cleanup": true}""", """{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true}""",
        """{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true}""", """{"type": "BPEDecoder", "suffix": "b"}""",
        """{"type": "CTC", "pad_token": "a", "word_delimiter_token": "▁", "cleanup": true}""", "null",
        """{"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}""",
    ];

    [Theory]
    [MemberData(nameof(Normalizers))]
    public async Task A_normalizer_does_what_upstream_does(string normalizer)
    {
        var (texts, wrong, upstream) = await AskAsync(Json(Unknown, normalizer, "null"));
        for (var i = 0; i < texts.Count; i++)
        {
            Compare(texts[i], upstream.Normalized[i], Steps.Normalized(normalizer, texts[i]), wrong);
        }

        CompareEncodings(Json(Unknown, normalizer, """{"type": "FixedLength", "length": 1}"""), texts, wrong, await AskAgainAsync(
            Json(Unknown, normalizer, """{"type": "FixedLength", "length": 1}"""), texts));
        AssertNone(wrong);
    }

    [Theory]
    [MemberData(nameof(PreTokenizers))]
    public async Task A_pre_tokenizer_does_what_upstream_does(string preTokenizer)
    {
        var json = Json(Unknown, "null", preTokenizer);
        var (texts, wrong, upstream) = await AskAsync(json);
        for (var i = 0; i < texts.Count; i++)
        {
            Compare(texts[i], string.Join('|', upstream.Pieces[i]), Steps.Pieces(preTokenizer, texts[i]), wrong);
        }

        CompareEncodings(json, texts, wrong, upstream);
        AssertNone(wrong);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task A_random_model_does_what_upstream_does(int number)
    {
        var random = new Random(Effort.Seed + number);
        foreach (var model in new[] { RandomModels.WordPiece(random), RandomModels.Unigram(random), RandomModels.Bpe(random) })
        {
            var json = Json(model, "null", number % 2 == 0 ? "null" : """{"type": "WhitespaceSplit"}""", added: RandomModels.AddedTokens(random));
            var texts = RandomModels.Texts(random, Effort.Count(200, 1000));
            var wrong = new List<string>();
            CompareEncodings(json, texts, wrong, await AskAgainAsync(json, texts));
            AssertNone(wrong);
        }
    }

    [Theory]
    [MemberData(nameof(Decoders))]
    public async Task A_decoder_does_what_upstream_does(string decoder)
    {
        var random = new Random(Effort.Seed);
        var json = Json(RandomModels.WordPiece(random), "null", """{"type": "WhitespaceSplit"}""", decoder);
        var texts = RandomModels.Texts(random, 200);
        var upstream = await AskAgainAsync(json, texts);
        var tokenizer = Read(json);
        var wrong = new List<string>();
        for (var i = 0; i < texts.Count; i++)
        {
            Compare(texts[i], upstream.Decoded[i], tokenizer.Decode(upstream.Encodings[i].Ids, skipsSpecialTokens: true), wrong);
        }

        AssertNone(wrong);
    }

    [Theory]
    [MemberData(nameof(OracleTests.Kinds), MemberType = typeof(OracleTests))]
    public async Task A_real_tokenizer_does_what_upstream_does_today(string kind)
    {
        Assert.SkipWhen(Upstream.Missing is not null, Upstream.Missing ?? "");
        var json = ReferenceData.Json(kind);
        var (texts, wrong, upstream) = await AskAsync(json);
        CompareEncodings(json, texts, wrong, upstream);
        AssertNone(wrong);
    }

    private static async Task<(List<string> Texts, List<string> Wrong, Upstream Upstream)> AskAsync(string json)
    {
        var texts = RandomTexts.Make(new Random(Effort.Seed), Effort.Count(300, 3000));
        return (texts, [], await AskAgainAsync(json, texts));
    }

    private static Task<Upstream> AskAgainAsync(string json, List<string> texts)
    {
        Assert.SkipWhen(Upstream.Missing is not null, Upstream.Missing ?? "");
        return Upstream.AskAsync(json, texts, [.. texts.Zip(texts.Skip(1), (first, second) => new[] { first, second })], TestContext.Current.CancellationToken);
    }

    private static void CompareEncodings(string json, List<string> texts, List<string> wrong, Upstream upstream)
    {
        var tokenizer = Read(json);
        for (var i = 0; i < texts.Count; i++)
        {
            Compare(texts[i], Told(upstream.Encodings[i]), Told(texts[i], null, tokenizer.Encode(texts[i])), wrong);
            if (i > 0)
            {
                Compare(
                    $"{texts[i - 1]} with {texts[i]}",
                    Told(upstream.Pairs[i - 1]),
                    Told(texts[i - 1], texts[i], tokenizer.Encode(texts[i - 1], texts[i])),
                    wrong);
            }
        }
    }

    private static string Told(Upstream.Encoding encoding) => string.Join(' ', encoding.Ids.Select((id, i) =>
        $"{id}:{encoding.Types[i]}:{encoding.Special[i]}:{encoding.Offsets[i][0]}-{encoding.Offsets[i][1]}"));

    private static string Told(string first, string? second, TokenizedText encoded)
    {
        int[][] positions = [CodePoints.Positions(first), CodePoints.Positions(second ?? "")];
        return string.Join(' ', encoded.Ids.Select((id, i) =>
        {
            var text = positions[Math.Max(encoded.TextIndexes[i], 0)];
            return $"{id}:{encoded.TypeIds[i]}:{(encoded.IsSpecial[i] ? 1 : 0)}:{text[encoded.Ranges[i].Start]}-{text[encoded.Ranges[i].End]}";
        }));
    }

    private static void Compare(string text, string expected, string actual, List<string> wrong)
    {
        if (expected != actual)
        {
            wrong.Add(string.Create(CultureInfo.InvariantCulture, $"{JsonSerializer.Serialize(text)}:\n  {expected}\n  {actual}"));
        }
    }

    private static void AssertNone(List<string> wrong) =>
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ with seed {Effort.Seed}:\n{string.Join('\n', wrong.Take(10))}");

    private static Tokenizer Read(string json) => Tokenizer.Read(System.Text.Encoding.UTF8.GetBytes(json));

    private static string Json(string model, string normalizer, string preTokenizer, string decoder = "null", string added = "[]") => $$"""
        {"version": "1.0", "truncation": null, "padding": null, "added_tokens": {{added}}, "normalizer": {{normalizer}},
         "pre_tokenizer": {{preTokenizer}}, "post_processor": null, "decoder": {{decoder}}, "model": {{model}}}
        """;
}
