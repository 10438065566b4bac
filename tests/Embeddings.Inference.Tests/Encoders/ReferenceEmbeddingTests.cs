using System.Text.Json;
using Embeddings.Inference.Encoders;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Tests.Encoders;

/// <summary>Vectors computed with float64 from the same weights, by code that is not ours.</summary>
public sealed class ReferenceEmbeddingTests
{
    private sealed record Case(string Text, int Tokens, float[] Embedding);

    [Fact]
    public async Task Every_reference_text_gives_the_reference_vector()
    {
        var directory = TestData.Reference("models/minilm-shape");
        var cases = File.ReadLines(Path.Combine(directory, "reference.jsonl"))
            .Select(line => JsonSerializer.Deserialize<Case>(line, JsonSerializerOptions.Web)!)
            .ToList();
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(TestData.Manifest("all-MiniLM-L6-v2"), directory);

        var singles = new List<float[]>();
        foreach (var expected in cases)
        {
            var result = await encoder.GenerateAsync(
                [expected.Text], cancellationToken: TestContext.Current.CancellationToken);
            var actual = result[0].Vector.ToArray();
            Assert.Equal(expected.Tokens, result.Usage!.InputTokenCount);
            Assert.True(VectorMath.Cosine(expected.Embedding, actual) >= 0.999999f, expected.Text);
            Assert.True(
                LargestDifference(expected.Embedding, actual) <= 2e-6f,
                $"{LargestDifference(expected.Embedding, actual)}: {expected.Text}");
            singles.Add(actual);
        }

        var batch = await encoder.GenerateAsync(
            cases.Select(c => c.Text), cancellationToken: TestContext.Current.CancellationToken);
        Assert.All(
            batch.Zip(singles), pair => Assert.True(LargestDifference(pair.First.Vector.Span, pair.Second) <= 1e-6f));
    }

    [Theory]
    [MemberData(nameof(GoldenValues.All), MemberType = typeof(GoldenValues))]
    public async Task The_real_weights_give_their_golden_values(string text, float[] expected)
    {
        var manifest = TestData.Manifest("all-MiniLM-L6-v2");
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(manifest, Path.Combine(Repository.BuiltInModels, manifest.Name));
        var actual = await encoder.GenerateVectorAsync(text, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(LargestDifference(expected, actual.Span[..6]) <= GoldenValues.Tolerance);
    }

    private static float LargestDifference(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        Assert.Equal(x.Length, y.Length);
        var largest = 0f;
        for (var i = 0; i < x.Length; i++)
        {
            largest = Math.Max(largest, Math.Abs(x[i] - y[i]));
        }

        return largest;
    }
}
