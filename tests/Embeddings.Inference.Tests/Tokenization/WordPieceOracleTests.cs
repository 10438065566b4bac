using System.Text.Json;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Tests.Tokenization;

/// <summary>Ids recorded from Hugging Face's own tokenizers.</summary>
public sealed class WordPieceOracleTests
{
    private sealed record Case(string Text, int[] Ids);

    [Fact]
    public void Every_recorded_text_gives_the_recorded_ids()
    {
        var lines = File.ReadLines(TestData.Reference("oracle/wordpiece.jsonl"));
        var tokenizer = ModelTokenizer.Read(
            TestData.Reference("models/minilm-shape"), TestData.Manifest("all-MiniLM-L6-v2"));
        var wrong = new List<string>();
        var count = 0;
        foreach (var line in lines)
        {
            var expected = JsonSerializer.Deserialize<Case>(line, JsonSerializerOptions.Web)!;
            var actual = tokenizer.Frame([.. tokenizer.Tokenize(expected.Text, int.MaxValue)]).Ids.ToArray();
            count++;
            if (!actual.SequenceEqual(expected.Ids))
            {
                wrong.Add($"{JsonSerializer.Serialize(expected.Text)}: expected {string.Join(' ', expected.Ids)}, got {string.Join(' ', actual)}");
            }
        }

        Assert.True(count > 4000);
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {count} differ:\n{string.Join('\n', wrong.Take(20))}");
    }
}
