using System.Globalization;
using System.Text.Json;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Tests.Reference;

/// <summary>
/// Ids and ranges recorded from Hugging Face's own library: 17 real tokenizers, and 7,508 texts of many languages, of
/// code, of white space, special tokens and random characters.
/// </summary>
public sealed class OracleTests
{
    public static TheoryData<string> Kinds => [.. ReferenceData.Kinds];

    public static TheoryData<string> PairKinds => ["albert", "gemma3", "minilm", "qwen3", "roberta", "t5", "xlmr"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_recorded_text_gives_the_recorded_ids_and_ranges(string kind)
    {
        var tokenizer = ReferenceData.Tokenizer(kind);
        var wrong = new List<string>();
        var texts = ReferenceData.Texts();
        var records = ReferenceData.Lines<Recorded>($"oracle-{kind}.jsonl.gz").ToList();
        Assert.Equal(7508, records.Count);
        var step = Effort.Count(4, 1);
        foreach (var (text, expected) in texts.Zip(records).Where((_, i) => i % step == 0))
        {
            Compare(text, "framed", expected.Ids, tokenizer.Encode(text).Ids, wrong);
            Compare(text, "ids", expected.Raw, tokenizer.Tokenize(text), wrong);
            var plain = tokenizer.Encode(text, new EncodeOptions { AddsSpecialTokens = false });
            Compare(text, "ids", expected.Raw, plain.Ids, wrong);
            if (plain.Ids.SequenceEqual(expected.Raw))
            {
                Compare(text, "ranges", expected.Off.SelectMany(range => range), Counted(text, plain.Ranges), wrong);
            }
        }

        Assert.Equal(records.Count, texts.Count);
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ:\n{string.Join('\n', wrong.Take(40))}");
    }

    [Theory]
    [MemberData(nameof(PairKinds))]
    public void Every_recorded_pair_gives_the_recorded_ids_and_types(string kind)
    {
        var tokenizer = ReferenceData.Tokenizer(kind);
        var wrong = new List<string>();
        var count = 0;
        foreach (var expected in ReferenceData.Lines<RecordedPair>($"pair-{kind}.jsonl.gz"))
        {
            var actual = tokenizer.Encode(expected.A, expected.B);
            Compare($"{expected.A} | {expected.B}", "ids", expected.Ids, actual.Ids, wrong);
            Compare($"{expected.A} | {expected.B}", "types", expected.Types, actual.TypeIds, wrong);
            count++;
        }

        Assert.True(count > 1000);
        Assert.True(wrong.Count == 0, $"{wrong.Count} differ:\n{string.Join('\n', wrong.Take(40))}");
    }

    private static void Compare(string text, string what, IEnumerable<int> expected, IEnumerable<int> actual, List<string> wrong)
    {
        if (!expected.SequenceEqual(actual))
        {
            wrong.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{what} of {JsonSerializer.Serialize(text)}: {string.Join(' ', expected)}, but got {string.Join(' ', actual)}"));
        }
    }

    // The record counts code points.
    private static IEnumerable<int> Counted(string text, IEnumerable<TextRange> ranges)
    {
        var positions = CodePoints.Positions(text);
        return ranges.SelectMany(range => new[] { positions[range.Start], positions[range.End] });
    }

    private sealed record Recorded(int[] Ids, int[] Raw, int[][] Off);

    private sealed record RecordedPair(string A, string B, int[] Ids, int[] Types);
}
