using System.Runtime.InteropServices;
using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Index;

/// <summary>
/// A fixed number of rows in contiguous arrays that never move; an index grows by further segments. It has one writer
/// at a time and any number of readers. A reader sees the rows that were alive at its version.
/// </summary>
internal sealed class Segment
{
    private const int CacheLine = 64;

    private readonly Metric _metric;
    private readonly int _dimensions;
    private readonly float[] _rows;
    private readonly int _rowsStart;
    private readonly byte[] _codes;
    private readonly int _codesStart;
    private readonly long[] _ids;

    // A row is alive for versions born ≤ v < died. A new array is all zeros: dead for everyone.
    private readonly long[] _born;
    private readonly long[] _died;
    private readonly Queue<int> _dead = new();
    private long _lastDied;
    private int _count;

    public Segment(int capacity, int dimensions, Metric metric)
    {
        (Capacity, _dimensions, _metric) = (capacity, dimensions, metric);
        RowStride = RowStrideOf(dimensions);
        CodeStride = RoundUp(dimensions, CodeKernel.Alignment);
        (_rows, _rowsStart) = Aligned<float>(capacity * RowStride);
        (_codes, _codesStart) = Aligned<byte>(capacity * CodeStride);
        Scales = new float[capacity];
        Errors = new float[capacity];
        Norms = new float[capacity];
        _ids = new long[capacity];
        _born = new long[capacity];
        _died = new long[capacity];
    }

    public int Capacity { get; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes =>
        (long)Capacity * ((RowStride * sizeof(float)) + CodeStride + (3 * sizeof(float)) + (3 * sizeof(long)));

    /// <summary>Floats from one row to the next: dimensions, rounded up, the rest zeros.</summary>
    public int RowStride { get; }

    /// <summary>Bytes from one row's codes to the next.</summary>
    public int CodeStride { get; }

    /// <summary>
    /// The value of one unit of a row's codes. For <see cref="Metric.Cosine"/> the codes are those of the row at length
    /// 1.
    /// </summary>
    public float[] Scales { get; }

    /// <summary>An upper bound of ‖row − its code‖ plus the error of a scan's arithmetic.</summary>
    public float[] Errors { get; }

    /// <summary>‖row‖.</summary>
    public float[] Norms { get; }

    /// <summary>Rows that have ever been written. The rows behind them are unused.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Number of rows alive now. For the writer.</summary>
    public int Live { get; private set; }

    /// <summary>Number of dead rows that may be used again later. For the writer.</summary>
    public int Dead => _dead.Count;

    /// <summary>
    /// Number of rows that can be taken now, at least. Dead rows count only if no reader can see any of them. For the
    /// writer.
    /// </summary>
    public int Free(long oldest) => Capacity - _count + (_lastDied <= oldest ? _dead.Count : 0);

    /// <summary>The rows alive now. For the writer.</summary>
    public IEnumerable<int> LiveRows => Enumerable.Range(0, _count).Where(row => _died[row] == long.MaxValue);

    /// <summary>Floats from one row to the next, for a number of dimensions.</summary>
    public static int RowStrideOf(int dimensions) => RoundUp(dimensions, ExactScore.Alignment);

    public long Id(int row) => _ids[row];

    public ReadOnlySpan<float> Row(int row) => Rows(row, 1);

    public ReadOnlySpan<float> Rows(int start, int count) =>
        _rows.AsSpan(_rowsStart + (start * RowStride), count * RowStride);

    public ReadOnlySpan<byte> Codes(int start, int count) =>
        _codes.AsSpan(_codesStart + (start * CodeStride), count * CodeStride);

    /// <summary>Whether a row is part of the state that a version names.</summary>
    public bool IsAlive(int row, long version) => version < Volatile.Read(ref _died[row]) && _born[row] <= version;

    /// <summary>
    /// Takes a row that no reader can see, preferring dead ones that died at or before <paramref name="oldest"/>.
    /// </summary>
    public bool TryTake(long oldest, out int row)
    {
        if (_dead.TryPeek(out row) && _died[row] <= oldest)
        {
            _dead.Dequeue();
            return true;
        }

        row = _count;
        return row < Capacity;
    }

    /// <summary>Fills a row that was taken; readers from <paramref name="version"/> on will see it.</summary>
    public void Write(int row, long id, ReadOnlySpan<float> vector, long version)
    {
        var destination = _rows.AsSpan(_rowsStart + (row * RowStride), RowStride);
        vector.CopyTo(destination);
        destination[_dimensions..].Clear();
        var norm = Math.Sqrt(ExactScore.Dot(destination, destination));
        var code = RowEncoder.Encode(
            destination, norm, _metric == Metric.Cosine, _codes.AsSpan(_codesStart + (row * CodeStride), CodeStride));
        (Scales[row], Errors[row], Norms[row]) = (code.Scale, code.Error, (float)norm);
        _ids[row] = id;
        _born[row] = version;
        Volatile.Write(ref _died[row], long.MaxValue);
        Live++;
        if (row == _count)
        {
            Volatile.Write(ref _count, row + 1);
        }
    }

    /// <summary>Ends a row; readers from <paramref name="version"/> on will not see it.</summary>
    public void End(int row, long version)
    {
        Volatile.Write(ref _died[row], version);
        _lastDied = version;
        _dead.Enqueue(row);
        Live--;
    }

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;

    // Pinned, so that rows stay aligned to cache lines.
    private static (T[] Array, int Start) Aligned<T>(int length)
        where T : unmanaged
    {
        var size = Marshal.SizeOf<T>();
        var array = GC.AllocateUninitializedArray<T>(length + (CacheLine / size), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(array, 0);
        return (array, (int)((CacheLine - (address % CacheLine)) % CacheLine) / size);
    }
}
