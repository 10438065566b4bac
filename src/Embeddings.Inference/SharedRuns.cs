namespace Embeddings.Inference;

/// <summary>
/// Whether a short text that is alone is done sooner by all threads than by one. With 8-bit weights that is so on one processor, not on another, and not while
/// neighbours use the machine: so it is learned from the runs themselves. Thread-safe.
/// </summary>
internal sealed class SharedRuns
{
    /// <summary>Tokens of a text that is not short: all threads were quicker from here on, on every processor that was measured.</summary>
    private const int Long = 32;

    // What a run costs by itself, in tokens: texts of different length are compared.
    private const int Overhead = 16;

    // So many runs go the same way before it is changed: the first finds the other's weights in the cache, which their median leaves out.
    private const int Row = 8;
    private const int RowsBetweenTries = 32;
    private const int Pairs = 15;

    // They take the processors from whoever comes meanwhile: for less it is not worth it.
    private const double Worthwhile = 0.95;

    private readonly Lock _gate = new();
    private readonly double[] _row = new double[Row];
    private readonly double[] _ratios = new double[Pairs];
    private bool _isShared;
    private int _runs;
    private int _rows;
    private int _pairs;
    private double _last;
    private bool _areQuicker;

    /// <summary>Whether all threads are quicker, as far as is known.</summary>
    public bool AreQuicker(int tokens) => tokens >= Long || Volatile.Read(ref _areQuicker);

    /// <summary>Whether the next run is to have all threads: the quicker way, and now and then the other one, to learn whether it still is.</summary>
    public bool Next(int tokens) => tokens >= Long || Volatile.Read(ref _isShared);

    /// <summary>Learns how long a run took.</summary>
    /// <param name="tokens">Of its text.</param>
    /// <param name="isShared">Whether it had all threads.</param>
    /// <param name="time">From its begin to its end.</param>
    public void Note(int tokens, bool isShared, TimeSpan time)
    {
        lock (_gate)
        {
            if (tokens < Long && isShared == _isShared)
            {
                _row[_runs++] = time.TotalMicroseconds / (tokens + Overhead);
                if (_runs == Row)
                {
                    EndRow();
                }
            }
        }
    }

    // Two rows are compared that followed each other: what neighbours do comes and goes, in seconds. Their medians, and of those the median.
    private void EndRow()
    {
        var isKnown = _pairs >= Pairs;
        var (own, wasShared) = (Median(_row), _isShared);
        if (_last > 0)
        {
            _ratios[_pairs % Pairs] = wasShared ? own / _last : _last / own;
            _pairs = isKnown ? Pairs + ((_pairs + 1) % Pairs) : _pairs + 1;
            isKnown = _pairs >= Pairs;
            Volatile.Write(ref _areQuicker, isKnown && Median(_ratios) < Worthwhile);
        }

        _runs = 0;
        _rows = (_rows + 1) % RowsBetweenTries;
        Volatile.Write(ref _isShared, isKnown ? _areQuicker != (_rows == 0) : !wasShared);
        _last = _isShared == wasShared ? 0 : own;
    }

    private static double Median(ReadOnlySpan<double> values)
    {
        Span<double> sorted = stackalloc double[values.Length];
        values.CopyTo(sorted);
        sorted.Sort();
        return sorted[sorted.Length / 2];
    }
}
