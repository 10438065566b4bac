namespace Embeddings.Inference.Hub;

/// <summary>
/// Counts the parameters of a model in its ONNX file: the numbers of all constant tensors of floats or of quantised
/// integers that have an axis. Integers of 32 and 64 bits are positions and shapes and do not count. Of 4-bit weights
/// that are packed into bytes, the bytes are counted.
/// </summary>
internal static class WeightCount
{
    // Fields of onnx.proto.
    private const int Graph = 7;
    private const int Initializer = 5;
    private const int Dims = 1;
    private const int DataType = 2;

    // float, uint8, int8, float16, double, bfloat16, uint4, int4.
    private static readonly HashSet<long> WeightTypes = [1, 2, 3, 10, 11, 16, 21, 22];

    /// <summary>The count. Only shapes are read, so a large file takes no memory.</summary>
    /// <returns><see langword="null"/> if the file cannot be read as ONNX.</returns>
    public static long? Of(string path)
    {
        try
        {
            using var file = new BinaryReader(File.OpenRead(path));
            var count = 0L;
            Walk(file, file.BaseStream.Length, (field, end) =>
            {
                if (field == Graph)
                {
                    Walk(file, end, (inner, innerEnd) => count += inner == Initializer ? NumbersOf(file, innerEnd) : 0);
                }
            });
            return count;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or FormatException)
        {
            return null;
        }
    }

    private static long NumbersOf(BinaryReader file, long end)
    {
        var (dims, type) = (new List<long>(), 0L);
        Walk(
            file,
            end,
            (field, partEnd) =>
            {
                while (field == Dims && file.BaseStream.Position < partEnd)
                {
                    dims.Add(file.Read7BitEncodedInt64());
                }
            },
            (field, value) =>
            {
                if (field == Dims)
                {
                    dims.Add(value);
                }

                type = field == DataType ? value : type;
            });
        return dims.Count > 0 && WeightTypes.Contains(type)
            ? dims.Aggregate(1L, (product, length) => product * length)
            : 0;
    }

    /// <summary>Goes through the fields of a message.</summary>
    /// <param name="file">At the beginning of the message.</param>
    /// <param name="end">Where the message ends.</param>
    /// <param name="onBytes">Told of each field with a length, and where it ends. Bytes that it does not read are
    /// skipped.</param>
    /// <param name="onNumber">Told of each field that is a number.</param>
    private static void Walk(
        BinaryReader file, long end, Action<long, long> onBytes, Action<long, long>? onNumber = null)
    {
        var stream = file.BaseStream;
        while (stream.Position < end)
        {
            var key = file.Read7BitEncodedInt64();
            switch (key & 7)
            {
                case 0:
                    var number = file.Read7BitEncodedInt64();
                    onNumber?.Invoke(key >> 3, number);
                    break;
                case 1:
                    stream.Position += sizeof(long);
                    break;
                case 2:
                    var length = file.Read7BitEncodedInt64();
                    if (length < 0 || length > end - stream.Position)
                    {
                        throw new InvalidDataException("A field is longer than its message.");
                    }

                    var fieldEnd = stream.Position + length;
                    onBytes(key >> 3, fieldEnd);
                    stream.Position = fieldEnd;
                    break;
                case 5:
                    stream.Position += sizeof(int);
                    break;
                default:
                    throw new InvalidDataException("This is no protobuf message.");
            }
        }
    }
}
