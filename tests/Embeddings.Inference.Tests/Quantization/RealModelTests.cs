using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Embeddings.Inference.Quantization;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Tests.Quantization;

/// <summary>
/// The int8 variant of the real weights: as near to fp32 as the README says, and the same bytes each time.
/// </summary>
public sealed class RealModelTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-int8-");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("all-MiniLM-L6-v2", 0.995, 0.98)]
    [InlineData("snowflake-arctic-embed-xs", 0.999, 0.998)]
    public async Task Int8_vectors_stay_near_to_those_of_fp32(string name, double mean, double worst)
    {
        var first = await QuantizeAsync(name, "first");
        // None of them is a text of the calibration.
        string[] texts =
        [
            .. from subject in new[] { "The old harbour", "A patient teacher", "Every second invoice", "The quarterly report", "My neighbour's dog", "An unknown virus" }
               from predicate in new[]
               {
                   "was closed for repairs last " +
                   "winter.", "explains how enzymes fold into their shape", "costs more than 300 euros, taxes included!",
                   "sleeps", "does not answer the phone; please try again tomorrow, or write to support.", "hat den Zug nach Köln verpasst.",
               }
               select $"{subject} {predicate}",
        ];
        double[] cosines = [.. (await EncodeAsync(name, "fp32", texts)).Zip(await EncodeAsync(name, "int8", texts), (a, b) => (double)VectorMath.Cosine(a.Vector.Span, b.Vector.Span))];
        Assert.True(
            cosines.Average() > mean && cosines.Min() > worst,
            $"{cosines.Average()} on average, {cosines.Min()} at worst");
        Assert.InRange(first.Bytes, 0, first.SourceBytes / 3);
    }

    [Fact]
    public async Task The_same_weights_give_the_same_bytes()
    {
        var first = await QuantizeAsync("all-MiniLM-L6-v2", "first");
        var second = await QuantizeAsync("all-MiniLM-L6-v2", "second");
        Assert.Equal(
            await File.ReadAllBytesAsync(first.Path, Cancelled), await File.ReadAllBytesAsync(second.Path, Cancelled));
    }

    private async Task<QuantizedModel> QuantizeAsync(string name, string into)
    {
        var manifest = TestData.Manifest(name).At("fp32");
        return await new ModelQuantizer().QuantizeAsync(
            manifest,
            Path.Combine(Repository.BuiltInModels, name),
            Path.Combine(_folder.FullName, into, name),
            Cancelled);
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> EncodeAsync(string name, string precision, string[] texts)
    {
        var catalog = ModelCatalog.Read([Path.Combine(_folder.FullName, "first"), Repository.BuiltInModels], precision);
        var manifest = catalog.Find(name)!;
        Assert.Equal(precision, manifest.Precision);
        using IEmbeddingGenerator<string, Embedding<float>> encoder = new SentenceEncoder(manifest, new ModelLocator(catalog, [], "").Find(manifest, out _)!);
        return await encoder.GenerateAsync(texts, cancellationToken: Cancelled);
    }
}
