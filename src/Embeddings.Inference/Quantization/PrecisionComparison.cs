using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Embeddings.Vectors;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// How near what a model gives in two precisions is: the cosines of the vectors of texts; of a cross-encoder, the
/// correlation of each score over texts or pairs, because a score is a single number, and what counts is its order.
/// </summary>
/// <param name="Mean">On average.</param>
/// <param name="Worst">The least.</param>
internal sealed record PrecisionComparison(double Mean, double Worst)
{
    /// <summary>Compares the fp32 weights of a model with others.</summary>
    /// <param name="manifest">The model with its fp32 weights.</param>
    /// <param name="source">The folder that holds its files.</param>
    /// <param name="quantized">The int8 file.</param>
    /// <param name="texts">What both get.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="ModelException">A graph cannot be loaded.</exception>
    /// <exception cref="EncodingException">A model failed.</exception>
    public static async Task<PrecisionComparison> OfAsync(
        ModelManifest manifest, string source, string quantized, IReadOnlyList<CalibrationText> texts,
        CancellationToken cancellationToken)
    {
        var wide = await RunAsync("fp32", manifest.Variants["fp32"]).ConfigureAwait(false);
        var narrow = await RunAsync("int8", Path.GetFullPath(quantized)).ConfigureAwait(false);
        double[] cosines = [.. wide.Zip(narrow, (a, b) => (double)VectorMath.Cosine(a.Span, b.Span))];
        return new(cosines.Average(), cosines.Min());

        Task<IReadOnlyList<ReadOnlyMemory<float>>> RunAsync(string precision, string path)
        {
            var model = manifest with { Variants = new OrderedDictionary<string, string> { [precision] = path } };
            return manifest.Kind == ModelKind.CrossEncoder
                ? ScoreAsync(model, source, texts, cancellationToken)
                : EmbedAsync(model, source, texts, cancellationToken);
        }
    }

    /// <summary>What <see cref="Mean"/> and <see cref="Worst"/> are for a kind of model.</summary>
    public static string NameOf(ModelKind kind) => kind == ModelKind.CrossEncoder ? "correlation of scores" : "cosine";

    private static async Task<IReadOnlyList<ReadOnlyMemory<float>>> EmbedAsync(
        ModelManifest model, string source, IReadOnlyList<CalibrationText> texts, CancellationToken cancellationToken)
    {
        using var encoder = new SentenceEncoder(model, source);
        var vectors = await encoder.GenerateAsync(
            texts.Select(text => text.Text).ToList(), cancellationToken: cancellationToken).ConfigureAwait(false);
        return [.. vectors.Select(vector => vector.Vector)];
    }

    // The cosine of centred numbers is their correlation.
    private static async Task<IReadOnlyList<ReadOnlyMemory<float>>> ScoreAsync(
        ModelManifest model, string source, IReadOnlyList<CalibrationText> texts, CancellationToken cancellationToken)
    {
        using var encoder = new CrossEncoder(model, source);
        var scores = (await encoder.PredictAsync(
            [.. texts.Select(text => new TextPair(text.Text, text.Document))],
            isRaw: true, cancellationToken: cancellationToken).ConfigureAwait(false)).Scores;
        return
        [
            .. Enumerable.Range(0, model.Dimensions).Select(label =>
            {
                var mean = scores.Average(row => row[label]);
                return (ReadOnlyMemory<float>)scores.Select(row => row[label] - mean).ToArray();
            }),
        ];
    }
}
