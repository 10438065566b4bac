using System.Buffers.Binary;
using System.Text;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;

namespace Embeddings.Inference.Tests.Runtime;

/// <summary>Layers after pooling, from safetensors files that are written here byte by byte.</summary>
public sealed class DenseLayerTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("embeddings-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("F32")]
    [InlineData("F16")]
    [InlineData("BF16")]
    public void A_layer_is_weights_bias_and_activation(string type)
    {
        var layer = Read(File(type, ("linear.weight", [3, 2], [1, 0, 0.5f, -2, -1, 1]), ("linear.bias", [3], [0.25f, 1, 0])), Activation.Relu);
        Assert.Equal((2, 3), (layer.Inputs, layer.Outputs));
        // (1·3 + 0.25, 0.5·3 − 2·1 + 1, −3 + 1 → 0)
        Assert.Equal([3.25f, 0.5f, 0], layer.Apply([3, 1]));
    }

    [Theory]
    [InlineData(Activation.Identity, -2.0)]
    [InlineData(Activation.Tanh, -0.9640275800758169)]
    [InlineData(Activation.Sigmoid, 0.11920292202211755)]
    [InlineData(Activation.Relu, 0.0)]
    public void Activations_are_those_of_torch(Activation activation, double expected) =>
        Assert.Equal(expected, Read(File("F32", ("linear.weight", [1, 1], [-2])), activation).Apply([1])[0], 1e-6);

    [Fact]
    public async Task Layers_come_after_pooling_and_before_scaling()
    {
        var graph = new TestGraph().Input("input_ids", TestGraph.Int64, "b", "t").Integers("last", -1)
            .Node("Cast", "ids", [("to", TestGraph.Float)], "input_ids").Node("Unsqueeze", "last_hidden_state", "ids", "last")
            .Output("last_hidden_state", TestGraph.Float, "b", "t", 1);
        var first = File("F32", ("linear.weight", [2, 1], [1, -1]), ("linear.bias", [2], [0, 1]));
        var second = File("F32", ("linear.weight", [2, 2], [1, 0, 0, 2]));
        using var model = new GraphModel(
            graph.ToBytes(), ["word"], """{"normalize": true, "dense": [{"weights": "a.safetensors"}, {"weights": "b.safetensors"}]}""",
            new() { ["a.safetensors"] = first, ["b.safetensors"] = second });
        using var encoder = new SentenceEncoder(model.Manifest, model.Folder);
        var made = await encoder.GenerateAsync(["word"], cancellationToken: TestContext.Current.CancellationToken);
        // Ids 0, 4, 2: the mean is 2 → (2, −1) → (2, −2), scaled.
        Assert.All(made[0].Vector.ToArray().Zip([Math.Sqrt(0.5), -Math.Sqrt(0.5)]), pair => Assert.Equal(pair.Second, pair.First, 1e-6));
    }

    [Fact]
    public void A_file_that_is_no_layer_is_refused()
    {
        Assert.Contains("is no safetensors file", Refused([1, 2, 3]), StringComparison.Ordinal);
        Assert.Contains("is no safetensors file", Refused([255, 255, 255, 255, 255, 255, 255, 127, 0]), StringComparison.Ordinal);
        Assert.Contains("has no 'linear.weight' of two axes", Refused(File("F32", ("other", [1, 1], [1]))), StringComparison.Ordinal);
        Assert.Contains("another number of values", Refused(File("F32", ("linear.weight", [2, 2], [1]))), StringComparison.Ordinal);
        Assert.Contains("in F64", Refused(File("F64", ("linear.weight", [1, 1], [1]))), StringComparison.Ordinal);
        Assert.Contains("numbers in 'linear.bias'", Refused(File("F32", ("linear.weight", [1, 1], [1]), ("linear.bias", [2], [1, 2]))), StringComparison.Ordinal);
    }

    private string Refused(byte[] file) => Assert.Throws<ModelException>(() => Read(file, Activation.Identity)).Message;

    private DenseLayer Read(byte[] file, Activation activation)
    {
        System.IO.File.WriteAllBytes(Path.Combine(_folder, "layer.safetensors"), file);
        return new DenseLayer(_folder, new DenseFile("layer.safetensors", activation));
    }

    private static byte[] File(string type, params (string Name, int[] Shape, float[] Values)[] tensors)
    {
        var data = new List<byte>();
        var header = new StringBuilder("{\"__metadata__\": {\"format\": \"pt\"}");
        foreach (var (name, shape, values) in tensors)
        {
            var start = data.Count;
            data.AddRange(values.SelectMany(value => Bytes(type, value)));
            header.Append($", \"{name}\": {{\"dtype\": \"{type}\", \"shape\": [{string.Join(',', shape)}], \"data_offsets\": [{start}, {data.Count}]}}");
        }

        var text = Encoding.UTF8.GetBytes(header.Append('}').ToString());
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        return [.. length, .. text, .. data];
    }

    private static byte[] Bytes(string type, float value) => type switch
    {
        "F16" => BitConverter.GetBytes((Half)value),
        "BF16" => BitConverter.GetBytes(value)[2..],
        "F64" => BitConverter.GetBytes((double)value),
        _ => BitConverter.GetBytes(value),
    };
}
