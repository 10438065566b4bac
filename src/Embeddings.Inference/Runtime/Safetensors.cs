using System.Buffers.Binary;
using System.Text.Json;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Runtime;

/// <summary>A tensor of a safetensors file.</summary>
/// <param name="Shape">Its axes.</param>
/// <param name="Values">Row-major.</param>
internal sealed record Tensor(IReadOnlyList<int> Shape, float[] Values);

/// <summary>
/// Reads safetensors files: 8 bytes with the length of a header, the header in JSON (name → type, shape and place), the
/// numbers, all little-endian.
/// </summary>
internal static class Safetensors
{
    private const int LengthBytes = 8;

    // A layer after pooling has a few megabytes. A larger file is another one.
    private const long MostBytes = 1L << 30;

    /// <summary>The tensors of a file by their names, as 32-bit floats.</summary>
    /// <exception cref="ModelException">It cannot be read, or has numbers of another type than F32, F16 or
    /// BF16.</exception>
    public static Dictionary<string, Tensor> Read(string path)
    {
        try
        {
            var bytes = new FileInfo(path).Length <= MostBytes
                ? File.ReadAllBytes(path)
                : throw new ModelException($"{path} has more than 1 GB, which no layer after pooling has.");
            var end = LengthBytes + checked((int)BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            using var header = JsonDocument.Parse(bytes.AsMemory(LengthBytes..end));
            return header.RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__")
                .ToDictionary(tensor => tensor.Name, tensor => Read(path, tensor, bytes.AsSpan(end)));
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or JsonException or ArgumentException
                or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException
                or IndexOutOfRangeException)
        {
            throw new ModelException($"{path} is no safetensors file: {exception.Message}", exception);
        }
    }

    private static Tensor Read(string path, JsonProperty tensor, ReadOnlySpan<byte> data)
    {
        int[] shape = [.. tensor.Value.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt32())];
        var place = tensor.Value.GetProperty("data_offsets");
        var bytes = data[place[0].GetInt32()..place[1].GetInt32()];
        var type = tensor.Value.GetProperty("dtype").GetString();
        var size = type is "F32" ? 4 : type is "F16" or "BF16" ? 2 : throw new ModelException(
            $"{path} has '{tensor.Name}' in {type}; F32, F16 and BF16 can be read.");
        var values = new float[bytes.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = type switch
            {
                "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * size)..]),
                "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[(i * size)..]),
                // The upper half of a 32-bit float.
                _ => BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * size)..]) << 16),
            };
        }

        return shape.Aggregate(1L, (product, axis) => product * axis) == values.Length
            ? new Tensor(shape, values)
            : throw new ModelException($"{path} has another number of values in '{tensor.Name}' than its shape says.");
    }
}
