using Embeddings.Inference.Models;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Embeddings.Inference.Runtime;

/// <summary>
/// The inputs that a graph of texts wants, by their names, and how a batch is laid into them. Thread-safe.
/// </summary>
internal sealed class GraphInputs
{
    private const string Ids = "input_ids";
    private const string Mask = "attention_mask";
    private const string Types = "token_type_ids";
    private const string Positions = "position_ids";
    private const string Task = "task_id";
    private const string Past = "past_key_values.";

    private readonly string[] _names;
    private readonly NodeMetadata[] _nodes;
    private readonly BatchLayout _layout;

    /// <summary>Finds out what a graph wants.</summary>
    /// <param name="path">The ONNX file, for the sentences.</param>
    /// <param name="graph">The inputs of the graph.</param>
    /// <param name="manifest">What the model is.</param>
    /// <exception cref="ModelException">It wants an input that is not known, or of another form.</exception>
    public GraphInputs(string path, IReadOnlyDictionary<string, NodeMetadata> graph, ModelManifest manifest)
    {
        _names = [.. graph.Keys];
        _nodes = [.. graph.Values];
        _layout = new BatchLayout(manifest.PaddingSide, manifest.PadId);
        IsForOneText = _nodes.Any(node => node.Dimensions is [1, _]);
        foreach (var (name, node) in graph)
        {
            if (Problem(name, node, manifest) is { } problem)
            {
                throw new ModelException($"{path} wants the input '{name}'{problem}.");
            }
        }
    }

    /// <summary>Whether the graph was exported for batches of one text.</summary>
    public bool IsForOneText { get; }

    /// <summary>The names, in the order of the values of <see cref="Lay"/>.</summary>
    public IReadOnlyCollection<string> Names => _names;

    /// <summary>Lays sequences into what the graph reads. The values live until the thread lays its next batch.</summary>
    /// <param name="sequences">Of one task.</param>
    /// <param name="length">Tokens to which all are padded.</param>
    /// <param name="buffers">Memory of the calling thread.</param>
    /// <returns>A value for each name; the caller disposes of them.</returns>
    public OrtValue[] Lay(Sequence[] sequences, int length, TextBuffers buffers)
    {
        long[] shape = [sequences.Length, length];
        return [.. _names.Select((name, i) => name switch
        {
            Ids => Value(_layout.Ids(sequences, length, buffers.Long(i, sequences.Length * length)), shape),
            Mask => Value(_layout.Mask(sequences, length, buffers.Long(i, sequences.Length * length)), shape),
            Types => Value(_layout.Types(sequences, length, buffers.Long(i, sequences.Length * length)), shape),
            Positions => Value(_layout.Positions(sequences, length, buffers.Long(i, sequences.Length * length)), shape),
            Task => TaskOf(sequences, _nodes[i], buffers.Long(i, sequences.Length)),
            _ => NoPast(sequences.Length, _nodes[i]),
        })];
    }

    private static string? Problem(string name, NodeMetadata node, ModelManifest manifest) => name switch
    {
        Ids or Mask or Types or Positions when node.ElementDataType != TensorElementType.Int64
            => $" as {node.ElementDataType}, and only 64-bit integers are given",
        Ids or Mask or Types or Positions => null,
        Task when manifest.Tasks is not { Count: > 0 } => ", but model.json names no \"tasks\"",
        Task when node.ElementDataType != TensorElementType.Int64 || node.Dimensions.Length > 1
            => ", but not as one 64-bit integer",
        Task => null,
        _ when name.StartsWith(Past, StringComparison.Ordinal) => node is
        {
            ElementDataType: TensorElementType.Float or TensorElementType.Float16, Dimensions: [_, > 0, _, > 0],
        }
            ? null
            : ", but does not say how many heads it has and how large they are",
        _ => ", which is not known here",
    };

    private static OrtValue TaskOf(Sequence[] sequences, NodeMetadata node, Memory<long> memory)
    {
        memory.Span.Fill(sequences[0].Task ?? 0);
        long[] shape = node.Dimensions switch { [] => [], [1] => [1], _ => [sequences.Length] };
        return Value(memory[..(int)(shape is [var count] ? count : 1)], shape);
    }

    // A decoder's export takes the keys and values of earlier tokens, of which there are none: [batch, heads, 0, size].
    private static OrtValue NoPast(int batch, NodeMetadata node) => OrtValue.CreateAllocatedTensorValue(
        OrtAllocator.DefaultInstance, node.ElementDataType, [batch, node.Dimensions[1], 0, node.Dimensions[3]]);

    private static OrtValue Value(Memory<long> memory, long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, shape);
}
