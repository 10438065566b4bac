using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>
/// The paths at which repositories keep their ONNX exports, and the precision of each.
/// </summary>
internal static class OnnxExports
{
    private static readonly string[] Fp32 = ["onnx/model.onnx", "model.onnx", "model_optimized.onnx"];

    // Those of transformers.js first, then those of sentence-transformers, whose names say which instructions they were
    // made for; each runs anywhere.
    private static readonly string[] Int8 =
    [
        "onnx/model_quantized.onnx", "onnx/model_int8.onnx", "onnx/model_qint8_avx512_vnni.onnx", "onnx/model_qint8_avx512.onnx",
        "onnx/model_qint8_arm64.onnx", "onnx/model_quint8_avx2.onnx", "model_quantized.onnx", "model_int8.onnx",
    ];

    /// <summary>Every path that may be one, and its external data, for hubs that list nothing.</summary>
    public static IEnumerable<string> Candidates =>
        Fp32.Concat(Int8).Concat([Fp32[0] + "_data", Fp32[1] + "_data", Fp32[0] + ".data", Fp32[1] + ".data"]);

    /// <summary>The exports of a repository: precision → path. Empty if it has none.</summary>
    public static OrderedDictionary<string, string> Of(HubListing listing)
    {
        var found = new OrderedDictionary<string, string>();
        if (Fp32.FirstOrDefault(listing.Files.ContainsKey) is { } full)
        {
            // Qdrant's repositories of quantized weights keep the name of the optimized graph.
            found[full == Fp32[2] && listing.Repository.EndsWith("-Q", StringComparison.OrdinalIgnoreCase) ? "int8" : "fp32"] = full;
        }

        if (Int8.FirstOrDefault(listing.Files.ContainsKey) is { } small)
        {
            found.TryAdd("int8", small);
        }

        return found;
    }

    /// <summary>The file of an export and those of its external data.</summary>
    public static IEnumerable<string> Parts(HubListing listing, string export) =>
        listing.Files.Keys.Where(path => listing[path].BelongsTo(export)).Order(StringComparer.Ordinal);

    /// <summary>That a repository has none, and who may.</summary>
    public static ModelException Missing(HubListing listing)
    {
        var name = listing.Repository.Split('/')[1];
        return new ModelException(
            $"{listing.Repository} has no ONNX export (onnx/model.onnx). Look for one at Xenova/{name}, " +
            $"onnx-community/{name}-ONNX or Qdrant/{name}-onnx, and add the model with " +
            $"'models add {listing.Repository} --onnx Xenova/{name}'; or make one with 'optimum-cli export onnx " +
            $"--model {listing.Repository} --task feature-extraction <folder>'.");
    }
}
