using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;

namespace Embeddings.Inference.Hub;

/// <summary>
/// What an export does by itself, and need not be done again: its graph may pool already, and have the layers after
/// pooling.
/// </summary>
internal static class FittedGraph
{
    /// <summary>The manifest with the pooling that is left to do.</summary>
    /// <param name="manifest">What the repository's small files say.</param>
    /// <param name="directory">Where its weights are.</param>
    public static ModelManifest Of(ModelManifest manifest, string directory)
    {
        if (manifest.Kind == ModelKind.CrossEncoder || manifest.Pooling == Pooling.Splade)
        {
            return manifest;
        }

        var outputs = OnnxEncoder.OutputsOf(Path.Combine(directory, manifest.Variants.GetAt(0).Value));
        var pools = GraphOutput.PooledOf(outputs) is not null
            && (manifest.Dense is not null || !GraphOutput.HasTokens(outputs));
        return pools
            ? manifest with
            {
                Pooling = Pooling.None,
                Dense = null,
                Files =
                [
                    .. manifest.Files.Where(file => manifest.Dense?.Any(layer => layer.Weights == file.Path) != true),
                ],
            }
            : manifest;
    }
}
