using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Faiss;

/// <summary>
/// Reads and writes flat indexes in FAISS' file format: a flat index (<c>IxFI</c>, <c>IxF2</c>, <c>IxFl</c>), whose ids
/// are positions, alone or inside an id map (<c>IxMp</c>, <c>IxM2</c>). Little-endian throughout; the layout is that of
/// FAISS' <c>write_index</c>.
/// </summary>
public static class FaissFile
{
    private const int InnerProduct = 0;
    private const int L2 = 1;
    private const int ChunkBytes = 1 << 20;

    /// <summary>
    /// Writes an index as an id map around a flat index, rows by ascending id. FAISS has no cosine: with that metric
    /// rows are written at length 1, to be compared by dot product.
    /// </summary>
    /// <param name="index">The index. It may be written to meanwhile; the file has one state of it.</param>
    /// <param name="stream">Not closed.</param>
    /// <param name="cancellationToken">Cancels it in the middle of the file.</param>
    public static void Write(FlatIndex index, Stream stream, CancellationToken cancellationToken = default)
    {
        using var state = index.EnterState();
        var metric = index.Metric == Metric.Euclidean ? L2 : InnerProduct;
        WriteHeader(stream, "IxMp"u8, index.Dimensions, state.Count, metric);
        WriteHeader(stream, metric == L2 ? "IxF2"u8 : "IxFI"u8, index.Dimensions, state.Count, metric);
        WriteInt64(stream, (long)state.Count * index.Dimensions);
        var row = new float[index.Dimensions];
        for (var i = 0; i < state.Count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            state.Row(i)[..index.Dimensions].CopyTo(row);
            if (index.Metric == Metric.Cosine && ExactScore.Dot(state.Row(i), state.Row(i)) is > 0 and var square)
            {
                var length = Math.Sqrt(square);
                for (var j = 0; j < row.Length; j++)
                {
                    row[j] = (float)(row[j] / length);
                }
            }

            WriteNumbers<float>(stream, row);
        }

        WriteInt64(stream, state.Count);
        for (var i = 0; i < state.Count; i++)
        {
            WriteInt64(stream, state.Id(i));
        }
    }

    /// <summary>Reads an index.</summary>
    /// <param name="stream">Read from its position to the end of the index; not closed.</param>
    /// <param name="metric">
    /// Null for the file's metric. <see cref="Metric.Cosine"/> is possible for a file with dot product.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is truncated, damaged, or not a flat index; the message says which. Memory is allocated only for rows
    /// that are really there.
    /// </exception>
    public static FlatIndex Read(Stream stream, Metric? metric = null)
    {
        var kind = ReadKind(stream);
        var mapped = kind is "IxMp" or "IxM2";
        var map = mapped ? ReadHeader(stream) : default;
        if (mapped)
        {
            kind = ReadKind(stream);
        }

        if (kind is not ("IxFI" or "IxF2" or "IxFl"))
        {
            throw new InvalidDataException($"This is no flat FAISS index: its kind is '{kind}'. Only IxFI, IxF2 and " +
                "IxFl can be read, alone or in an id map (IxMp, IxM2).");
        }

        var header = ReadHeader(stream);
        if (mapped && map != header)
        {
            throw new InvalidDataException(
                "The id map and the index inside it do not agree on dimensions, rows or metric: the file is damaged.");
        }

        var index = new FlatIndex(header.Dimensions, MetricOf(header.Metric, metric));
        ReadRows(stream, header, index);
        if (mapped)
        {
            index.Relabel(ReadIds(stream, header.Rows));
        }

        return index;
    }

    private readonly record struct Header(int Dimensions, long Rows, int Metric);

    private static Metric MetricOf(int written, Metric? asked) => (written, asked) switch
    {
        (InnerProduct, null or Metric.InnerProduct) => Metric.InnerProduct,
        (InnerProduct, Metric.Cosine) => Metric.Cosine,
        (L2, null or Metric.Euclidean) => Metric.Euclidean,
        (InnerProduct or L2, _) =>
            throw new InvalidDataException($"The file's index compares by {(written == L2 ? "L2 distance" : "inner product")}, which cannot be read as {asked}."),
        _ => throw new InvalidDataException(
            $"The file's metric is FAISS' number {written}; only 0 (inner product) and 1 (L2) can be read."),
    };

    private static void WriteHeader(Stream stream, ReadOnlySpan<byte> kind, int dimensions, long rows, int metric)
    {
        stream.Write(kind);
        WriteInt32(stream, dimensions);
        WriteInt64(stream, rows);
        // FAISS writes two numbers here that have no meaning any more.
        WriteInt64(stream, 1 << 20);
        WriteInt64(stream, 1 << 20);
        stream.WriteByte(1);
        WriteInt32(stream, metric);
    }

    private static string ReadKind(Stream stream)
    {
        Span<byte> kind = stackalloc byte[4];
        ReadExactly(stream, kind);
        return string.Create(4, (uint)BinaryPrimitives.ReadInt32LittleEndian(kind), static (text, bytes) =>
        {
            for (var i = 0; i < text.Length; i++)
            {
                var letter = (char)((bytes >> (8 * i)) & 0xFF);
                text[i] = char.IsAsciiLetterOrDigit(letter) ? letter : '?';
            }
        });
    }

    private static Header ReadHeader(Stream stream)
    {
        var dimensions = ReadInt32(stream);
        var rows = ReadInt64(stream);
        _ = ReadInt64(stream);
        _ = ReadInt64(stream);
        Span<byte> trained = stackalloc byte[1];
        ReadExactly(stream, trained);
        var metric = ReadInt32(stream);
        if (metric > L2)
        {
            // Such metrics have a parameter. They are refused later, with a message that names them.
            _ = ReadInt32(stream);
        }

        return dimensions is < 1 or > FlatIndex.MaxDimensions || rows is < 0 or > int.MaxValue
            ? throw new InvalidDataException($"The file says {rows} rows of {dimensions} dimensions: it is damaged, " +
                $"or too large (up to {int.MaxValue} rows of 1 to {FlatIndex.MaxDimensions} dimensions).")
            : new Header(dimensions, rows, metric);
    }

    private static void ReadRows(Stream stream, Header header, FlatIndex index)
    {
        var numbers = ReadInt64(stream);
        if (numbers != header.Rows * header.Dimensions)
        {
            throw new InvalidDataException($"The file says {header.Rows} rows of {header.Dimensions} dimensions, " +
                $"but {numbers} numbers: it is damaged.");
        }

        var chunk = Math.Max(1, ChunkBytes / (header.Dimensions * sizeof(float)));
        var buffer = new float[chunk * header.Dimensions];
        var ids = new long[chunk];
        for (long done = 0; done < header.Rows; done += chunk)
        {
            var count = (int)Math.Min(chunk, header.Rows - done);
            var rows = buffer.AsSpan(0, count * header.Dimensions);
            ReadNumbers(stream, rows);
            for (var i = 0; i < count; i++)
            {
                ids[i] = done + i;
            }

            try
            {
                index.Upsert(ids.AsSpan(0, count), rows);
            }
            catch (ArgumentException exception)
            {
                throw new InvalidDataException($"Among the rows from {done} on: {exception.Message}", exception);
            }
        }
    }

    private static List<long> ReadIds(Stream stream, long rows)
    {
        if (ReadInt64(stream) is var count && count != rows)
        {
            throw new InvalidDataException($"The file has {rows} rows, but {count} ids: it is damaged.");
        }

        var ids = new List<long>();
        var seen = new HashSet<long>();
        for (long i = 0; i < rows; i++)
        {
            var id = ReadInt64(stream);
            ids.Add(seen.Add(id) ? id : throw new InvalidDataException(
                $"The file has the id {id} twice; here every row has its own."));
        }

        return ids;
    }

    private static void WriteInt32(Stream stream, int value) => WriteNumbers<int>(stream, [value]);

    private static void WriteInt64(Stream stream, long value) => WriteNumbers<long>(stream, [value]);

    private static int ReadInt32(Stream stream)
    {
        Span<int> value = stackalloc int[1];
        ReadNumbers(stream, value);
        return value[0];
    }

    private static long ReadInt64(Stream stream)
    {
        Span<long> value = stackalloc long[1];
        ReadNumbers(stream, value);
        return value[0];
    }

    // The format is little-endian, as all platforms of .NET here are.
    private static void WriteNumbers<T>(Stream stream, ReadOnlySpan<T> numbers)
        where T : unmanaged => stream.Write(MemoryMarshal.AsBytes(numbers));

    private static void ReadNumbers<T>(Stream stream, Span<T> numbers)
        where T : unmanaged => ReadExactly(stream, MemoryMarshal.AsBytes(numbers));

    private static void ReadExactly(Stream stream, Span<byte> bytes)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException(
                "The file ends before its index does: it was cut short, or is no FAISS index.");
        }
    }
}
