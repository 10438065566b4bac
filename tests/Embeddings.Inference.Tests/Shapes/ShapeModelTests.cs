using Embeddings.Inference.Encoders;
using Embeddings.Inference.Quantization;

namespace Embeddings.Inference.Tests.Shapes;

/// <summary>
/// The bodies that people serve, small and with random weights, against torch in 64 bits: no vector shows that its text
/// was padded, or shared a batch.
/// </summary>
public sealed class ShapeModelTests(ShapeModelTests.Fixture fixture) : IClassFixture<ShapeModelTests.Fixture>
{
    private const double LeastCosine = 0.9999999;
    private const double LeastInt8Cosine = 0.95;
    private const string CrossEncoderName = "cross-encoder";

    private static readonly string[] Encoders =
    [
        "bert", "xlm-r", "mpnet", "rope", "modernbert", "gemma", "decoder", "decoder padded left", "weighted mean",
        "dense", "splade",
    ];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bodies => [.. Encoders];

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task The_vectors_are_those_of_torch_whatever_their_batch_is(string body)
    {
        var models = fixture.Models;
        using var encoder = new SentenceEncoder(models.ManifestOf(body), models.FolderOf(body));
        var together = await encoder.GenerateAsync(models.Texts, cancellationToken: Cancelled);
        for (var i = 0; i < models.Texts.Count; i++)
        {
            var expected = models.All[body].Vectors[i];
            Assert.InRange(Cosine(expected, together[i].Vector.Span), LeastCosine, 1.0000001);
            var alone = await encoder.GenerateAsync([models.Texts[i]], cancellationToken: Cancelled);
            Assert.InRange(Cosine(expected, alone[0].Vector.Span), LeastCosine, 1.0000001);
        }
    }

    [Fact]
    public async Task The_scores_of_a_cross_encoder_are_those_of_torch_whatever_their_batch_is()
    {
        var models = fixture.Models;
        using var encoder = new CrossEncoder(models.ManifestOf(CrossEncoderName), models.FolderOf(CrossEncoderName));
        var query = models.Pairs[0].Query;
        var together = await encoder.ScoreAsync(
            query, [.. models.Pairs.Select(pair => pair.Document)], isRaw: true, cancellationToken: Cancelled);
        for (var i = 0; i < models.Pairs.Count; i++)
        {
            var expected = models.All[CrossEncoderName].Vectors[i][0];
            Assert.Equal(expected, together.Scores[i], 1e-5);
            var alone = await encoder.ScoreAsync(
                query, [models.Pairs[i].Document], isRaw: true, cancellationToken: Cancelled);
            Assert.Equal(expected, alone.Scores[0], 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task The_int8_weights_of_each_body_give_nearly_its_vectors(string body)
    {
        var models = fixture.Models;
        var home = Directory.CreateTempSubdirectory("embeddings-int8-").FullName;
        try
        {
            var manifest = models.ManifestOf(body);
            var result = await new ModelQuantizer().QuantizeAsync(manifest, models.FolderOf(body), home, Cancelled);
            var variants = new OrderedDictionary<string, string> { ["int8"] = Path.GetFileName(result.Path) };
            using var encoder = new SentenceEncoder(manifest with { Variants = variants }, home);
            var made = await encoder.GenerateAsync(models.Texts, cancellationToken: Cancelled);
            Assert.All(
                models.All[body].Vectors.Zip(made, (expected, vector) => Cosine(expected, vector.Vector.Span)),
                cosine => Assert.InRange(cosine, LeastInt8Cosine, 1.0000001));
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static double Cosine(IReadOnlyList<double> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Count, actual.Length);
        var (dot, one, other) = (0.0, 0.0, 0.0);
        for (var i = 0; i < expected.Count; i++)
        {
            dot += expected[i] * actual[i];
            one += expected[i] * expected[i];
            other += (double)actual[i] * actual[i];
        }

        return dot / Math.Sqrt(one * other);
    }

    /// <summary>Makes the models once; without torch its tests are skipped.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        private ShapeModels? _models;
        private string? _missing;

        public ShapeModels Models
        {
            get
            {
                Assert.SkipWhen(_missing is not null, _missing ?? "");
                return _models!;
            }
        }

        public async ValueTask InitializeAsync()
        {
            _missing = await ShapeModels.MissingAsync();
            _models = _missing is null ? await ShapeModels.MakeAsync(CancellationToken.None) : null;
        }

        public ValueTask DisposeAsync()
        {
            _models?.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
