using System.Runtime.InteropServices;
using Embeddings.Inference.Models;
using Embeddings.Inference.Quantization.Onnx;
using Google.Protobuf;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// An ONNX file's graph in memory: who makes a tensor, who reads it, and which tensors are constant. Not thread-safe.
/// </summary>
internal sealed class OnnxGraph
{
    private const int Float = 1;
    private const int Int8 = 3;
    private const int External = 1;

    // MatMulInteger came with version 10 of the standard operators, DynamicQuantizeLinear with 11.
    private const long LeastOpset = 11;

    private readonly ModelProto _model;
    private readonly string _path;
    private readonly Dictionary<string, TensorProto> _constants;

    private OnnxGraph(ModelProto model, string path)
    {
        (_model, _path) = (model, path);
        foreach (var node in Nodes.Where(node => node.OpType == "Constant" && node.Attribute is [{ HasName: true, Name: "value", T: not null }]).ToList())
        {
            // Constants in nodes become initializers, so that there is one kind.
            var tensor = node.Attribute[0].T;
            tensor.Name = node.Output[0];
            model.Graph.Initializer.Add(tensor);
            model.Graph.Node.Remove(node);
        }

        _constants = model.Graph.Initializer.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The nodes, each after those that make its inputs.</summary>
    public IList<NodeProto> Nodes => _model.Graph.Node;

    /// <summary>Reads a file.</summary>
    /// <exception cref="ModelException">It cannot be read, is no ONNX file, keeps its weights in another file, or is
    /// older than its int8 operators.</exception>
    public static OnnxGraph Read(string path)
    {
        ModelProto model;
        try
        {
            if (new FileInfo(path).Length > int.MaxValue)
            {
                throw new ModelException($"{path} has more than 2 GB; only smaller files can be quantized.");
            }

            model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        }
        catch (InvalidProtocolBufferException exception)
        {
            throw new ModelException($"{path} is no ONNX file: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"{path} cannot be read: {exception.Message}", exception);
        }

        if (model.Graph is not { Node.Count: > 0 })
        {
            throw new ModelException($"{path} is no ONNX file: it has no graph.");
        }

        if (model.Graph.Initializer.Any(tensor => tensor.DataLocation == External))
        {
            throw new ModelException(
                $"{path} keeps its weights in another file (external data); only a model in one file can be " +
                "quantized.");
        }

        var opset = model.OpsetImport.Where(set => set.Domain is "" or "ai.onnx").Select(set => set.Version)
            .FirstOrDefault();
        return opset >= LeastOpset
            ? new OnnxGraph(model, path)
            : throw new ModelException(
                $"{path} uses version {opset} of ONNX's operators; int8 needs version {LeastOpset}. Export it anew.");
    }

    /// <summary>The file.</summary>
    public byte[] ToBytes() => _model.ToByteArray();

    /// <summary>The file with further outputs.</summary>
    public byte[] ToBytes(IEnumerable<string> outputs)
    {
        var model = _model.Clone();
        model.Graph.Output.AddRange(outputs.Select(name => new ValueInfoProto { Name = name }));
        return model.ToByteArray();
    }

    /// <summary>Whether a tensor is constant.</summary>
    public bool IsConstant(string name) => _constants.ContainsKey(name);

    /// <summary>Whether a tensor is a constant of 32-bit floats.</summary>
    public bool IsWeight(string name) => _constants.TryGetValue(name, out var tensor) && tensor.DataType == Float;

    /// <summary>A constant's shape.</summary>
    public IReadOnlyList<long> Shape(string constant) => _constants[constant].Dims;

    /// <summary>A copy of a constant's values, row-major.</summary>
    /// <exception cref="ModelException">It has not as many values as its shape says.</exception>
    public float[] Values(string constant)
    {
        var tensor = _constants[constant];
        var values = tensor.HasRawData
            ? MemoryMarshal.Cast<byte, float>(tensor.RawData.Span).ToArray()
            : [.. tensor.FloatData];
        var expected = tensor.Dims.Aggregate(1L, (product, length) => product * length);
        return values.LongLength != expected ? throw new ModelException($"{_path}: the tensor '{constant}' has {values.Length} values, but its shape asks for {expected}.")
            : values.All(float.IsFinite) ? values
            : throw new ModelException($"{_path}: the tensor '{constant}' has values that are not finite.");
    }

    /// <summary>Adds a constant of 32-bit floats, or replaces it.</summary>
    public void Set(string name, float[] values, params long[] shape) =>
        Set(name, Float, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    /// <summary>Adds an int8 constant, or replaces it.</summary>
    public void Set(string name, sbyte[] values, params long[] shape) =>
        Set(name, Int8, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    /// <summary>The node that makes a tensor; null for inputs and constants.</summary>
    public NodeProto? Maker(string tensor) => Nodes.FirstOrDefault(node => node.Output.Contains(tensor));

    /// <summary>The nodes that read a tensor.</summary>
    public IEnumerable<NodeProto> Readers(string tensor) => Nodes.Where(node => node.Input.Contains(tensor));

    /// <summary>Puts nodes in a node's place.</summary>
    public void Replace(NodeProto node, params IEnumerable<NodeProto> nodes)
    {
        var at = Nodes.IndexOf(node);
        Nodes.RemoveAt(at);
        foreach (var added in nodes)
        {
            Nodes.Insert(at++, added);
        }
    }

    /// <summary>Leaves one output, and what it is made from.</summary>
    public void Prune(string output)
    {
        var graph = _model.Graph;
        foreach (var other in graph.Output.Where(value => value.Name != output).ToList())
        {
            graph.Output.Remove(other);
        }

        var needed = new HashSet<string>(StringComparer.Ordinal) { output };
        var kept = new List<NodeProto>();
        foreach (var node in Nodes.Reverse().Where(node => node.Output.Any(needed.Contains)))
        {
            kept.Add(node);
            needed.UnionWith(node.Input);
        }

        graph.Node.Clear();
        graph.Node.AddRange(kept.AsEnumerable().Reverse());
        var tensors = graph.Initializer.Where(tensor => needed.Contains(tensor.Name)).ToList();
        graph.Initializer.Clear();
        graph.Initializer.AddRange(tensors);
        // Shapes noted for tensors between nodes: those of tensors that are gone would be wrong, and the runtime finds
        // them by itself.
        graph.ValueInfo.Clear();
    }

    /// <summary>The names of the outputs.</summary>
    public IEnumerable<string> Outputs => _model.Graph.Output.Select(value => value.Name);

    private void Set(string name, int type, ReadOnlySpan<byte> bytes, long[] shape)
    {
        var tensor = new TensorProto { Name = name, DataType = type, RawData = ByteString.CopyFrom(bytes) };
        tensor.Dims.AddRange(shape);
        if (_constants.TryGetValue(name, out var old))
        {
            _model.Graph.Initializer.Remove(old);
        }

        _model.Graph.Initializer.Add(tensor);
        _constants[name] = tensor;
    }
}
