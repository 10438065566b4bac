using System.Runtime.InteropServices;
using System.Text;

namespace Embeddings.Inference.Tests;

/// <summary>Writes an ONNX graph, node by node (onnx.proto3).</summary>
internal sealed class TestGraph
{
    public const int Float = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;

    private readonly List<byte[]> _fields = [];

    /// <param name="name">Of the input.</param>
    /// <param name="type">Of its numbers.</param>
    /// <param name="shape">Names of axes that vary, and lengths of those that do not.</param>
    public TestGraph Input(string name, int type, params object[] shape) => Add(11, Value(name, type, shape));

    /// <inheritdoc cref="Input"/>
    public TestGraph Output(string name, int type, params object[] shape) => Add(12, Value(name, type, shape));

    public TestGraph Weights(string name, float[] values, params long[] shape) =>
        Constant(name, Float, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), shape);

    public TestGraph Integers(string name, params long[] values) =>
        Constant(name, Int64, MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), [values.Length]);

    public TestGraph Node(string type, string output, params string[] inputs) => Node(type, output, [], inputs);

    /// <summary>A node with attributes that are whole numbers.</summary>
    public TestGraph Node(string type, string output, (string Name, long Value)[] attributes, params string[] inputs) => Add(
        1,
        [
            .. inputs.SelectMany(input => Text(1, input)), .. Text(2, output), .. Text(4, type),
            .. attributes.SelectMany(attribute => Bytes(5, [.. Text(1, attribute.Name), .. Number(3, attribute.Value), .. Number(20, 2)])),
        ]);

    public byte[] ToBytes() =>
    [
        .. Number(1, 8), .. Bytes(7, [.. Text(2, "test"), .. _fields.SelectMany(field => field)]),
        .. Bytes(8, [.. Text(1, ""), .. Number(2, 13)]),
    ];

    private TestGraph Constant(string name, int type, byte[] values, long[] shape) =>
        Add(5, [.. shape.SelectMany(axis => Number(1, axis)), .. Number(2, type), .. Text(8, name), .. Bytes(9, values)]);

    private TestGraph Add(int field, byte[] content)
    {
        _fields.Add(Bytes(field, content));
        return this;
    }

    private static byte[] Value(string name, int type, object[] shape)
    {
        byte[] axes = [.. shape.SelectMany(axis => Bytes(1, axis is string symbol ? Text(2, symbol) : Number(1, (int)axis)))];
        return [.. Text(1, name), .. Bytes(2, Bytes(1, [.. Number(1, type), .. Bytes(2, axes)]))];
    }

    private static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    private static byte[] Bytes(int field, byte[] value) =>
        [.. Varint((field << 3) | 2), .. Varint(value.Length), .. value];

    private static byte[] Number(int field, long value) => [.. Varint(field << 3), .. Varint(value)];

    // Attributes may be negative: ten bytes, as two's complement.
    private static IEnumerable<byte> Varint(long value)
    {
        var rest = (ulong)value;
        for (; rest > 127; rest >>= 7)
        {
            yield return (byte)((rest & 127) | 128);
        }

        yield return (byte)rest;
    }
}
