using System.Security.Cryptography;
using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// Makes the int8 variant of a model from its fp32 file, tries it, and enters it beside the manifest.
/// </summary>
/// <param name="progress">Hears each step as a sentence.</param>
public sealed class ModelQuantizer(IProgress<string>? progress = null)
{
    // A result below these is a fault and not a loss of precision: no model that was tried came near.
    private const double LeastMean = 0.97;
    private const double LeastWorst = 0.85;

    /// <summary>Quantizes one model.</summary>
    /// <param name="manifest">The model with its fp32 weights: <see cref="ModelManifest.At"/> fp32.</param>
    /// <param name="source">The folder that holds its files, as the manifest says they must be.</param>
    /// <param name="home">The folder to write to; made if it is not there.</param>
    /// <param name="cancellationToken">Ends it between two texts; then nothing is written.</param>
    /// <exception cref="ModelException">It cannot be done; the message says why, and nothing was entered.</exception>
    public async Task<QuantizedModel> QuantizeAsync(
        ModelManifest manifest, string source, string home, CancellationToken cancellationToken)
    {
        try
        {
            return await MakeAsync(manifest, source, home, cancellationToken).ConfigureAwait(false);
        }
        catch (EncodingException exception)
        {
            throw new ModelException(
                $"'{manifest.Id}' cannot be quantized, and nothing was entered: {exception.Message}", exception);
        }
    }

    private async Task<QuantizedModel> MakeAsync(
        ModelManifest manifest, string source, string home, CancellationToken cancellationToken)
    {
        if (manifest.Precision != "fp32")
        {
            throw new ModelException($"'{manifest.Id}' has no fp32 weights in model.json to be quantized.");
        }

        var path = manifest.Variants["fp32"];
        var target = QuantizedVariant.PathFor(path);
        var tokenizer = ModelTokenizer.Read(source, manifest);
        var texts = CalibrationTexts.Read(tokenizer, manifest);
        progress?.Report($"Reading {Path.Combine(source, path)}.");
        var bytes = Convert(Path.Combine(source, path), manifest, texts, cancellationToken);
        var sha256 = System.Convert.ToHexStringLower(SHA256.HashData(bytes));

        using var variant = QuantizedVariant.Write(home, target, bytes);
        progress?.Report($"Comparing int8 with fp32 on {texts.Count} texts.");
        var (mean, worst) = await PrecisionComparison
            .OfAsync(manifest, source, variant.PartPath, texts, cancellationToken).ConfigureAwait(false);
        var measure = PrecisionComparison.NameOf(manifest.Kind);
        // Written so that NaN is refused.
        if (!(mean >= LeastMean && worst >= LeastWorst))
        {
            throw new ModelException(
                $"int8 changes '{manifest.Id}' too much: the {measure} to fp32 is {mean:0.000} on average and " +
                $"{worst:0.000} at worst, and must be {LeastMean} and {LeastWorst}. " +
                "Nothing was entered; serve it with fp32.");
        }

        var model = manifest.Files.Single(file => file.Path == path);
        var file = new ModelFile(target, bytes.LongLength, sha256) { DependsOnBatch = true };
        variant.Enter(manifest, source, model.Sha256, file);
        return new QuantizedModel(
            Path.Combine(home, target), model.Size, bytes.LongLength, measure, mean, worst);
    }

    /// <summary>The int8 file of an fp32 file.</summary>
    /// <param name="path">The fp32 file.</param>
    /// <param name="manifest">The model.</param>
    /// <param name="texts">The texts that show what activations there are.</param>
    /// <param name="cancellationToken">Ends it between two texts.</param>
    /// <exception cref="ModelException">The file cannot be read, or has no product that can be quantized.</exception>
    internal byte[] Convert(
        string path, ModelManifest manifest, IReadOnlyList<CalibrationText> texts, CancellationToken cancellationToken)
    {
        var graph = OnnxGraph.Read(path);
        graph.Prune(GraphOutput.NameOf(path, [.. graph.Outputs], manifest));
        var products = LinearProduct.In(graph);
        if (products.Count == 0)
        {
            throw new ModelException(
                $"{path} has no product with constant weights (MatMul or Gemm) that could be quantized.");
        }

        progress?.Report($"Measuring the activations of {products.Count} products on {texts.Count} texts.");
        string[] activations = [.. products.Select(product => product.Activations).Distinct(StringComparer.Ordinal)];
        using (var runs = new CalibrationRuns(path, graph.ToBytes(activations), manifest))
        {
            Smoothing.Apply(graph, runs.Maxima(activations, texts, cancellationToken));
        }

        progress?.Report("Rounding to int8.");
        GraphQuantizer.QuantizeProducts(graph);
        GraphQuantizer.QuantizeTables(graph);
        graph.Prune(graph.Outputs.First());
        return graph.ToBytes();
    }
}

/// <summary>What <see cref="ModelQuantizer"/> made.</summary>
/// <param name="Path">The int8 file.</param>
/// <param name="SourceBytes">Size of the fp32 file.</param>
/// <param name="Bytes">Size of the int8 file.</param>
/// <param name="Measure">How it was compared with fp32, on the calibration texts: <c>cosine</c> of vectors, or
/// <c>correlation of scores</c> of a cross-encoder.</param>
/// <param name="Mean">The average.</param>
/// <param name="Worst">The least.</param>
public sealed record QuantizedModel(
    string Path, long SourceBytes, long Bytes, string Measure, double Mean, double Worst);
