using System.Runtime.InteropServices;
using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Faiss;

/// <summary>
/// Writes flat indexes in FAISS' file format, which <see cref="FaissReader"/> reads. Little-endian throughout; the
/// layout is that of FAISS' <c>write_index</c>.
/// </summary>
public static class FaissFile
{
    /// <summary>FAISS' number of a metric.</summary>
    internal const int InnerProduct = 0, L2 = 1;

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

    private static void WriteInt32(Stream stream, int value) => WriteNumbers<int>(stream, [value]);

    private static void WriteInt64(Stream stream, long value) => WriteNumbers<long>(stream, [value]);

    // The format is little-endian, as all platforms of .NET here are.
    private static void WriteNumbers<T>(Stream stream, ReadOnlySpan<T> numbers)
        where T : unmanaged => stream.Write(MemoryMarshal.AsBytes(numbers));
}
