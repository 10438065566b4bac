using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Embeddings.Inference.Models;
using Embeddings.Inference.Quantization.Onnx;
using Google.Protobuf;

namespace Embeddings.Inference.Tests.Quantization;

/// <summary>
/// A model with the parts of a BERT layer that quantization touches: a vocabulary, a layer normalisation written out in
/// nodes, a product with a bias, and a second output that nobody asked for. Weights are of a seeded generator; one
/// channel is loud. In a folder of its own that goes with it.
/// </summary>
internal sealed class LayerModel : IDisposable
{
    public const string Name = "layer";
    public const int Rows = 5000;
    public const int Dimensions = 16;
    private const int LoudChannel = 3;
    private const float LoudGain = 40;

    /// <param name="change">Changes the graph.</param>
    /// <param name="output">The output that the manifest names, if it names one.</param>
    /// <param name="scores">For a cross-encoder, how many scores it gives: 1, or <see cref="Dimensions"/>.</param>
    public LayerModel(Action<ModelProto>? change = null, string? output = null, int? scores = null)
    {
        Models = Directory.CreateTempSubdirectory("embeddings-").FullName;
        Folder = Directory.CreateDirectory(Path.Combine(Models, Name)).FullName;
        var random = new Random(5);
        Table = [.. Enumerable.Range(0, Rows * Dimensions).Select(_ => (random.NextSingle() * 2) - 1)];
        Gain = [.. Enumerable.Range(0, Dimensions).Select(i => i == LoudChannel ? LoudGain : 1f)];
        Weights =
        [
            .. Enumerable.Range(0, Dimensions * Dimensions).Select(
                i => ((random.NextSingle() * 2) - 1) * (i / Dimensions == LoudChannel ? 1 / LoudGain : 1)),
        ];
        Bias = [.. Enumerable.Range(0, Dimensions).Select(_ => random.NextSingle())];
        var model = Model();
        if (scores is { } count)
        {
            AddScores(model.Graph, count);
        }

        change?.Invoke(model);
        File.WriteAllBytes(Path.Combine(Folder, "model.onnx"), model.ToByteArray());
        string[] tokens =
        [
            "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]",
            .. Enumerable.Range('a', 26).SelectMany(c => new[] { $"{(char)c}", $"##{(char)c}" }),
        ];
        var words = Enumerable.Range(0, Rows - tokens.Length).Select(i => $"word{i}");
        File.WriteAllText(Path.Combine(Folder, "vocab.txt"), string.Join('\n', [.. tokens, .. words]) + "\n");
        File.WriteAllBytes(Path.Combine(Folder, "model.json"), JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "tests/" + Name,
            license = "MIT",
            kind = scores is null ? "encoder" : "cross-encoder",
            dimensions = scores ?? Dimensions,
            max_tokens = 64,
            pooling = scores is null ? "mean" : "none",
            normalize = scores is null,
            output,
            tokenizer = "wordpiece",
            variants = new { fp32 = "model.onnx" },
            files = new[] { "model.onnx", "vocab.txt" }.Select(path => new
            {
                path,
                size = new FileInfo(Path.Combine(Folder, path)).Length,
                sha256 = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Folder, path)))),
            }),
        }));
    }

    public string Models { get; }

    public string Folder { get; }

    public float[] Table { get; }

    public float[] Gain { get; }

    public float[] Weights { get; }

    public float[] Bias { get; }

    public ModelManifest Manifest(string precision = "fp32") => ModelCatalog.Read([Models], precision).Find(Name)!;

    /// <summary>
    /// The vector of some ids, worked out here: mean over tokens of normalise(table) × gain × weights + bias, of length
    /// 1.
    /// </summary>
    public double[] Expected(IReadOnlyList<int> ids)
    {
        var vector = new double[Dimensions];
        foreach (var id in ids)
        {
            var row = Table.AsSpan(id * Dimensions, Dimensions).ToArray();
            var mean = row.Average(value => (double)value);
            var deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)));
            for (var column = 0; column < Dimensions; column++)
            {
                vector[column] += Bias[column] + row.Select(
                    (value, i) => (value - mean) / deviation * Gain[i] * Weights[(i * Dimensions) + column]).Sum();
            }
        }

        var length = Math.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / length)];
    }

    public void Dispose() => Directory.Delete(Models, recursive: true);

    private ModelProto Model()
    {
        var graph = new GraphProto { Name = Name };
        graph.Input.AddRange([Value("input_ids", 7), Value("attention_mask", 7), Value("token_type_ids", 7)]);
        graph.Output.AddRange([Value("last_hidden_state", 1, Dimensions), Value("pooled", 1, Dimensions)]);
        graph.Initializer.AddRange(
        [
            Tensor("table", Table, Rows, Dimensions), Tensor("gain", Gain, Dimensions),
            Tensor("normal_bias", new float[Dimensions], Dimensions),
            Tensor("weights", Weights, Dimensions, Dimensions), Tensor("bias", Bias, Dimensions), Tensor("two", [2]),
        ]);
        graph.Node.AddRange(
        [
            Node("Gather", "rows", "table", "input_ids"), Mean("mean", "rows"),
            Node("Sub", "centred", "rows", "mean"), Node("Pow", "squares", "centred", "two"),
            Mean("variance", "squares"), Node("Sqrt", "deviation", "variance"),
            Node("Div", "unit", "centred", "deviation"), Node("Mul", "gained", "unit", "gain"),
            Node("Add", "normal", "gained", "normal_bias"), Node("MatMul", "product", "normal", "weights"),
            Node("Add", "last_hidden_state", "bias", "product"),
            Node("Tanh", "pooled", "last_hidden_state"),
        ]);
        var model = new ModelProto { IrVersion = 7, Graph = graph };
        model.OpsetImport.Add(new OperatorSetId { Domain = "", Version = 13 });
        return model;
    }

    // The sum over tokens without padding, and products with it.
    private static void AddScores(GraphProto graph, int scores)
    {
        var mask = Node("Cast", "mask", "attention_mask");
        mask.Attribute.Add(new AttributeProto { Name = "to", Type = 2, I = 1 });
        var sum = Node("ReduceSum", "sum", "known", "second_axis");
        sum.Attribute.Add(new AttributeProto { Name = "keepdims", Type = 2, I = 0 });
        float[] weights =
        [
            .. Enumerable.Range(0, Dimensions * scores)
                .Select(i => scores == 1 ? i % 3 : i % (scores + 1) == 0 ? 1 : 0),
        ];
        graph.Initializer.AddRange(
        [
            Tensor("score_weights", weights, Dimensions, scores), Axis("second_axis", 1), Axis("third_axis", 2),
        ]);
        graph.Node.AddRange(
        [
            mask, Node("Unsqueeze", "mask3", "mask", "third_axis"), Node("Mul", "known", "last_hidden_state", "mask3"),
            sum, Node("MatMul", "logits", "sum", "score_weights"),
        ]);
        graph.Output.Add(Value("logits", 1));
    }

    private static TensorProto Axis(string name, long axis)
    {
        var bytes = ByteString.CopyFrom(BitConverter.GetBytes(axis));
        var tensor = new TensorProto { Name = name, DataType = 7, RawData = bytes };
        tensor.Dims.Add(1);
        return tensor;
    }

    private static NodeProto Node(string type, string output, params string[] inputs)
    {
        var node = new NodeProto { OpType = type };
        node.Input.AddRange(inputs);
        node.Output.Add(output);
        return node;
    }

    private static NodeProto Mean(string output, string input)
    {
        var node = Node("ReduceMean", output, input);
        var axes = new AttributeProto { Name = "axes", Type = 7 };
        axes.Ints.Add(-1);
        node.Attribute.Add(axes);
        return node;
    }

    private static TensorProto Tensor(string name, float[] values, params long[] shape)
    {
        var bytes = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        var tensor = new TensorProto { Name = name, DataType = 1, RawData = bytes };
        tensor.Dims.AddRange(shape);
        return tensor;
    }

    // Field 2 of ValueInfoProto, its type, is none that the product reads: tensor_type { elem_type, shape { batch,
    // tokens, dimensions } }.
    private static ValueInfoProto Value(string name, byte type, byte? dimensions = null)
    {
        byte[] symbols = [10, 3, 18, 1, (byte)'b', 10, 3, 18, 1, (byte)'t'];
        byte[] shape = [.. symbols, .. dimensions is { } d ? (byte[])[10, 2, 8, d] : []];
        byte[] tensor = [8, type, 18, (byte)shape.Length, .. shape];
        byte[] typed = [18, (byte)(tensor.Length + 2), 10, (byte)tensor.Length, .. tensor];
        return ValueInfoProto.Parser.ParseFrom([10, (byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. typed]);
    }
}
