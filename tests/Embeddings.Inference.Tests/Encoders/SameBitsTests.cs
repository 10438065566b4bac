using Embeddings.Inference.Encoders;
using Embeddings.Inference.Tests.Scheduling;
using Embeddings.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Tests.Encoders;

/// <summary>
/// The vector of a text does not depend on its neighbours, the load or the worker: on the real architecture, where it
/// is here.
/// </summary>
public sealed class SameBitsTests
{
    private const int Callers = 16;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("fp32", 1e-6f)]
    [InlineData("int8", 0f)]
    public async Task A_text_has_the_same_vector_alone_in_a_batch_and_under_load(string precision, float most)
    {
        var directory = TestData.Reference("models/minilm-shape");
        // The architecture of the real one, and its folder's layout.
        var manifest = (TestData.Manifest("all-MiniLM-L6-v2") with
        {
            Variants = new OrderedDictionary<string, string> { ["fp32"] = "onnx/model.onnx", ["int8"] = "onnx/model_qint8.onnx" },
        }).At(precision);
        Assert.Equal(precision, manifest.Precision);
        using var encoder = new SentenceEncoder(manifest, directory);
        var random = new Random(11);
        var texts = Enumerable.Range(0, 60)
            .Select(i => string.Join(' ', Enumerable.Range(0, random.Next(1, 60)).Select(_ => "the quick brown fox jumps over lazy dogs and cats".Split(' ')[random.Next(10)])) + $" {i}").ToArray();
        IEmbeddingGenerator<string, Embedding<float>> generator = encoder;
        var alone = new float[texts.Length][];
        for (var i = 0; i < texts.Length; i++)
        {
            alone[i] = (await generator.GenerateVectorAsync(texts[i], cancellationToken: Cancelled)).ToArray();
        }

        var together = await generator.GenerateAsync(texts, cancellationToken: Cancelled);
        AssertSame(alone, [.. together.Select(embedding => embedding.Vector.ToArray())], most);
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var own = texts.Index().Where(text => (text.Index * 7 % Callers) != caller).ToArray();
            var found = await generator.GenerateAsync(own.Select(text => text.Item), cancellationToken: Cancelled);
            AssertSame(
                [.. own.Select(text => alone[text.Index])],
                [.. found.Select(embedding => embedding.Vector.ToArray())],
                most);
        }, Cancelled)));
    }

    // depends_on_batch of the weights counts. Without it all weights but fp32 are taken to depend on their batch.
    [Theory]
    [InlineData("fp32", null, false)]
    [InlineData("fp32", true, true)]
    [InlineData("int8", null, true)]
    [InlineData("int8", true, true)]
    [InlineData("int8", false, false)]
    [InlineData("fp16", null, true)]
    [InlineData("fp16", false, false)]
    public async Task A_text_has_a_batch_of_its_own_where_its_neighbours_would_change_its_vector(
        string precision, bool? dependsOnBatch, bool isAlone)
    {
        using var model = new TinyModel(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "d"], [0, 0, 0, 0, 0, 1, 2, 3, 4]);
        var manifest = model.Manifest with
        {
            Variants = new OrderedDictionary<string, string> { [precision] = "model.onnx" },
            Files = [.. model.Manifest.Files.Select(file => file.Path == "model.onnx" ? file with { DependsOnBatch = dependsOnBatch } : file)],
        };
        var runs = new SumEncoder();
        using var encoder = new SentenceEncoder(manifest, ModelTokenizer.Read(model.Folder, manifest), runs, new EncoderSettings { Workers = 1 });
        await encoder.GenerateAsync(["a", "b", "c", "d"], cancellationToken: Cancelled);
        Assert.Equal(isAlone ? 4 : 1, runs.Running);
    }

    private static void AssertSame(float[][] expected, float[][] actual, float most)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = expected[i].Zip(actual[i], (x, y) => Math.Abs(x - y)).Max();
            Assert.True(difference <= most, $"Text {i}: {difference}");
        }
    }
}
