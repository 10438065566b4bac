using Embeddings.Inference.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Embeddings.Inference.Runtime;

/// <summary>The output of a graph that is read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsPooled">Whether it is [batch, width], and not [batch, tokens, width].</param>
/// <param name="Width">Length of a vector in it.</param>
internal sealed record GraphOutput(string Name, bool IsPooled, int Width)
{
    private const string Scores = "logits";

    // The names that exports of transformers, of sentence-transformers and of CLIP give them.
    private static readonly string[] TokenVectors = ["last_hidden_state", "token_embeddings"];
    private static readonly string[] TextVectors = ["sentence_embedding", "text_embeds", Scores];

    /// <summary>The names of outputs with one vector for each text, where a graph has one of the usual.</summary>
    public static string? PooledOf(IEnumerable<string> outputs) => TextVectors.FirstOrDefault(outputs.Contains);

    /// <summary>Whether a graph gives the vectors of tokens under one of the usual names.</summary>
    public static bool HasTokens(IEnumerable<string> outputs) => TokenVectors.Any(outputs.Contains);

    /// <summary>The name of the output that the manifest names, or that its pooling needs.</summary>
    /// <param name="path">The ONNX file, for the sentence.</param>
    /// <param name="outputs">The names of the graph's outputs.</param>
    /// <param name="manifest">What the model is.</param>
    /// <exception cref="ModelException">There is no such output.</exception>
    public static string NameOf(string path, IReadOnlyCollection<string> outputs, ModelManifest manifest)
    {
        string[] usual = manifest.Pooling switch
        {
            Pooling.None => TextVectors,
            Pooling.Splade => [Scores],
            _ => TokenVectors,
        };
        var name = manifest.Output ?? usual.FirstOrDefault(outputs.Contains) ?? outputs.First();
        return outputs.Contains(name)
            ? name
            : throw new ModelException(
                $"{path} has no output '{name}', which model.json names; it has {string.Join(", ", outputs)}.");
    }

    /// <summary>Chooses the output that the manifest names, or that its pooling needs.</summary>
    /// <param name="path">The ONNX file, for the sentences.</param>
    /// <param name="graph">The outputs of the graph.</param>
    /// <param name="manifest">What the model is.</param>
    /// <param name="width">Length of a vector in it, which model.json says.</param>
    /// <exception cref="ModelException">There is no such output, or it has another form.</exception>
    public static GraphOutput Of(
        string path, IReadOnlyDictionary<string, NodeMetadata> graph, ModelManifest manifest, int width)
    {
        var isPooled = manifest.Pooling == Pooling.None;
        var name = NameOf(path, [.. graph.Keys], manifest);
        var node = graph[name];
        var shape = node.Dimensions;
        return shape.Length == (isPooled ? 2 : 3) && (shape[^1] <= 0 || shape[^1] == width)
            && node.ElementDataType == TensorElementType.Float
            ? new GraphOutput(name, isPooled, width)
            : throw new ModelException(
                $"{path} gives '{name}' as {node.ElementDataType} [{string.Join(", ", shape)}]; expected is Float " +
                $"[batch, {(isPooled ? "" : "tokens, ")}{width}], as model.json says.");
    }
}
