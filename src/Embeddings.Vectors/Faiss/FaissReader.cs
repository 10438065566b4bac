using System.Runtime.InteropServices;
using System.Text;
using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Faiss;

/// <summary>
/// Reads a flat index in FAISS' file format, some rows at a time: a flat index (<c>IxFI</c>, <c>IxF2</c>, <c>IxFl</c>),
/// whose ids are positions, alone or inside an id map (<c>IxMp</c>, <c>IxM2</c>). Not safe for several threads.
/// </summary>
public sealed class FaissReader
{
    private const int BytesAtATime = 1 << 20;

    private readonly Stream _stream;
    private readonly long _rowsAt;
    private readonly bool _isMapped;

    /// <summary>Reads what stands before the rows, and checks that all of the rows are there.</summary>
    /// <param name="stream">
    /// An index from its position on. It can seek, since the ids of an id map come after the rows. Not closed.
    /// </param>
    /// <exception cref="InvalidDataException">
    /// The file is truncated, damaged, or not a flat index; the message says which.
    /// </exception>
    public FaissReader(Stream stream)
    {
        _stream = stream;
        var kind = ReadKind();
        _isMapped = kind is "IxMp" or "IxM2";
        var map = _isMapped ? ReadHeader() : default;
        kind = _isMapped ? ReadKind() : kind;
        if (kind is not ("IxFI" or "IxF2" or "IxFl"))
        {
            throw new InvalidDataException($"This is no flat FAISS index: its kind is '{kind}'. Only IxFI, IxF2 and " +
                "IxFl can be read, alone or in an id map (IxMp, IxM2).");
        }

        var header = ReadHeader();
        if (_isMapped && map != header)
        {
            throw new InvalidDataException(
                "The id map and the index inside it do not agree on dimensions, rows or metric: the file is damaged.");
        }

        (Dimensions, Count) = (header.Dimensions, header.Rows);
        Metric = header.Metric switch
        {
            FaissFile.InnerProduct => Metric.InnerProduct,
            FaissFile.L2 => Metric.Euclidean,
            _ => throw new InvalidDataException(
                $"The file's metric is FAISS' number {header.Metric}; only 0 (inner product) and 1 (L2) can be read."),
        };
        CheckCount(Read<long>(), Count * Dimensions, "numbers");
        _rowsAt = stream.Position;
        CheckLength(_rowsAt + (Count * Dimensions * sizeof(float)));
        if (_isMapped)
        {
            stream.Position = IdsAt - sizeof(long);
            CheckCount(Read<long>(), Count, "ids");
            CheckLength(IdsAt + (Count * sizeof(long)));
        }
    }

    /// <summary>Coordinates of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>Rows of the index.</summary>
    public long Count { get; }

    /// <summary>How the file's index compares: by inner product or by distance; FAISS has no cosine.</summary>
    public Metric Metric { get; }

    // Between the rows and the ids stands how many ids there are.
    private long IdsAt => _rowsAt + (Count * Dimensions * sizeof(float)) + sizeof(long);

    /// <summary>
    /// The rows in their order, read while they are taken: id and vector [dimensions]. Ids may occur twice, and numbers
    /// may be NaN: they are as the file has them.
    /// </summary>
    public IEnumerable<(long Id, float[] Vector)> Rows()
    {
        var most = Math.Max(1, BytesAtATime / (Dimensions * sizeof(float)));
        for (long first = 0; first < Count; first += most)
        {
            var ids = new long[Math.Min(most, Count - first)];
            for (var i = 0; i < ids.Length; i++)
            {
                ids[i] = first + i;
            }

            if (_isMapped)
            {
                _stream.Position = IdsAt + (first * sizeof(long));
                Fill<long>(ids);
            }

            _stream.Position = _rowsAt + (first * Dimensions * sizeof(float));
            foreach (var id in ids)
            {
                var vector = new float[Dimensions];
                Fill<float>(vector);
                yield return (id, vector);
            }
        }
    }

    private readonly record struct Header(int Dimensions, long Rows, int Metric);

    private string ReadKind()
    {
        var kind = new byte[4];
        Fill<byte>(kind);
        return string.Concat(
            Encoding.Latin1.GetString(kind).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '?'));
    }

    private Header ReadHeader()
    {
        var (dimensions, rows) = (Read<int>(), Read<long>());
        // Two numbers without a meaning, and whether the index is trained, which a flat one always is.
        _ = (Read<long>(), Read<long>(), Read<byte>());
        var metric = Read<int>();
        if (metric > FaissFile.L2)
        {
            // Such metrics have a parameter. They are refused later, with a message that names them.
            _ = Read<int>();
        }

        return dimensions is < 1 or > FlatIndex.MaxDimensions || rows is < 0 or > int.MaxValue
            ? throw new InvalidDataException($"The file says {rows} rows of {dimensions} dimensions: it is damaged, " +
                $"or too large (up to {int.MaxValue} rows of 1 to {FlatIndex.MaxDimensions} dimensions).")
            : new Header(dimensions, rows, metric);
    }

    private void CheckCount(long count, long expected, string what)
    {
        if (count != expected)
        {
            throw new InvalidDataException(
                $"The file says {Count} rows of {Dimensions} dimensions, but {count} {what} at byte " +
                $"{_stream.Position - sizeof(long)}: it is damaged.");
        }
    }

    private void CheckLength(long end)
    {
        if (_stream.Length < end)
        {
            throw new InvalidDataException(
                $"The file ends before its index does: {Count} rows of {Dimensions} dimensions end at byte {end}, and " +
                $"the file at byte {_stream.Length}. It was cut short.");
        }
    }

    // The format is little-endian, as all platforms of .NET here are.
    private T Read<T>()
        where T : unmanaged
    {
        Span<T> value = stackalloc T[1];
        Fill(value);
        return value[0];
    }

    private void Fill<T>(Span<T> values)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(values);
        if (_stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
        {
            throw new InvalidDataException(
                $"The file ends before its index does, at byte {_stream.Length}: it was cut short, or is no FAISS " +
                "index.");
        }
    }
}
