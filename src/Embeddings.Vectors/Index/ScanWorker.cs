using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Index;

/// <summary>One thread's part of a scan.</summary>
internal sealed class ScanWorker
{
    // If codes leave more than a quarter of the rows, they cost more than they save. So many rows are enough to tell.
    private const int WorthwhileShare = 4;
    private const int RowsToJudgeBy = 128;

    // Then the next chunks are scanned without codes; twice as many each time, up to this number.
    private const int LongestWithoutCodes = 64;

    private readonly Scan _scan;
    private readonly float[] _dots;
    private readonly int[] _highs = new int[PruneRule.BlockRows];
    private readonly float[] _limits;
    private readonly float[] _perNorms;
    private readonly float _perSquaredNorm;
    private readonly int[] _survivors = new int[PruneRule.BlockRows];
    private readonly (Segment? Segment, int Row, float Key)[] _lastScored;
    // Rows that no bound excluded.
    private long _offered;
    private int _withoutCodes;
    private int _nextWithoutCodes = 8;

    public ScanWorker(Scan scan)
    {
        _scan = scan;
        Best = scan.NewBest();
        _lastScored = new (Segment?, int, float)[Best.Length];
        _limits = new float[scan.Packed.Length / scan.Dimensions];
        _perNorms = new float[_limits.Length];
        _perSquaredNorm = scan.Queries[0].FloatRule(0).PerSquaredNorm;
        _dots = new float[PruneRule.BlockRows * Math.Max(1, _limits.Length)];
    }

    /// <summary>The best rows of the chunks it took, for each query.</summary>
    public TopK[] Best { get; }

    /// <summary>Rows whose exact score was computed.</summary>
    public long Rescored { get; private set; }

    public void Run()
    {
        while (_scan.TryTake(out var segment, out var start, out var count))
        {
            _scan.Cancellation.ThrowIfCancellationRequested();
            if (_scan.Blocked > 0)
            {
                ScanBlocks(segment, start, count);
            }

            for (var query = _scan.Blocked; query < _scan.Queries.Length; query++)
            {
                ScanOne(segment, start, count, query);
            }
        }
    }

    private float Threshold(int query) => Math.Max(_scan.Threshold(query), Best[query].Threshold);

    private void ScanOne(Segment segment, int start, int count, int query)
    {
        var worthwhile = _scan.Mode != ScanMode.Floats && _withoutCodes == 0;
        var (coded, before) = (0, _offered);
        for (var row = start; row < start + count; row += PruneRule.BlockRows)
        {
            var rows = Math.Min(PruneRule.BlockRows, start + count - row);
            if (_scan.Filter is not null && float.IsNegativeInfinity(Threshold(query)))
            {
                OfferAll(segment, row, rows, query);
                before = _offered;
            }
            else if (worthwhile && !float.IsNegativeInfinity(Threshold(query)))
            {
                PruneByCodes(segment, row, rows, query);
                coded += rows;
            }
            else
            {
                PruneByFloats(segment, row, rows, query);
                before = coded == 0 ? _offered : before;
            }

            if (worthwhile && coded >= RowsToJudgeBy && (_offered - before) * WorthwhileShare > coded)
            {
                worthwhile = false;
                _withoutCodes = _nextWithoutCodes;
                _nextWithoutCodes = Math.Min(LongestWithoutCodes, 2 * _nextWithoutCodes);
            }
        }

        _scan.Share(query, Best[query].Threshold);
        if (coded == 0)
        {
            _withoutCodes = Math.Max(0, _withoutCodes - 1);
        }
    }

    private void PruneByCodes(Segment segment, int row, int rows, int query)
    {
        var code = _scan.Queries[query].Code!;
        var highs = _highs.AsSpan(0, rows);
        var dots = _dots.AsSpan(0, rows);
        CodeKernel.Dot(segment.Codes(row, rows), code.High, highs);
        TensorPrimitives.ConvertTruncating<int, float>(highs, dots);
        var threshold = Threshold(query);
        var found = _scan.Queries[query].CoarseRule(threshold)
            .Survivors(
                dots, segment.Norms.AsSpan(row, rows), segment.Scales.AsSpan(row, rows),
                segment.Errors.AsSpan(row, rows), _survivors);
        if (found == 0)
        {
            return;
        }

        var rule = _scan.Queries[query].FineRule(threshold);
        Span<int> low = stackalloc int[1];
        for (var i = 0; i < found; i++)
        {
            var at = row + _survivors[i];
            CodeKernel.Dot(segment.Codes(at, 1), code.Low, low);
            var dot = (highs[_survivors[i]] * (float)QueryCode.HighWeight) + low[0];
            if (rule.Keeps(dot, segment.Norms[at], segment.Scales[at], segment.Errors[at]))
            {
                Offer(segment, at, query);
            }
        }
    }

    private void PruneByFloats(Segment segment, int row, int rows, int query)
    {
        var dots = _dots.AsSpan(0, rows);
        PairKernel<DotOperator>.OneToMany(_scan.Queries[query].ScanValues, segment.Rows(row, rows), dots);
        var found = _scan.Queries[query].FloatRule(Threshold(query)).Survivors(
            dots, segment.Norms.AsSpan(row, rows), [], [], _survivors);
        Rescore(segment, row, query, found);
    }

    // Without a threshold no row can be left out by its score, but many by the filter, which does not read the row.
    private void OfferAll(Segment segment, int start, int rows, int query)
    {
        for (var row = start; row < start + rows; row++)
        {
            Offer(segment, row, query);
        }
    }

    private void Rescore(Segment segment, int start, int query, int found)
    {
        for (var i = 0; i < found; i++)
        {
            Offer(segment, start + _survivors[i], query);
        }
    }

    private void Offer(Segment segment, int row, int query)
    {
        var id = segment.Id(row);
        if (!segment.IsAlive(row, _scan.Version) || _scan.Filter?.Invoke(id) == false)
        {
            return;
        }

        _offered++;
        Best[query].Offer(Key(segment, row, query), id);
    }

    // No bound excludes a row with the same score as the worst of the best, so each of 100,000 equal rows comes here.
    // To compare a row with the last one takes a fraction of the time of its score.
    private float Key(Segment segment, int row, int query)
    {
        ref var last = ref _lastScored[query];
        if (last.Segment is not { } before || before.Norms[last.Row] != segment.Norms[row] || !IsSame(
            before.Row(last.Row), segment.Row(row)))
        {
            Rescored++;
            last = (segment, row, _scan.Queries[query].Key(segment.Row(row)));
        }

        return last.Key;
    }

    private static bool IsSame(ReadOnlySpan<float> x, ReadOnlySpan<float> y) =>
        MemoryMarshal.AsBytes(x).SequenceEqual(MemoryMarshal.AsBytes(y));

    private void ScanBlocks(Segment segment, int start, int count)
    {
        for (var query = 0; query < _scan.Blocked; query++)
        {
            SetRule(query);
        }

        var width = _limits.Length;
        for (var row = start; row < start + count; row += PruneRule.BlockRows)
        {
            var rows = Math.Min(PruneRule.BlockRows, start + count - row);
            var dots = _dots.AsSpan(0, rows * width);
            BlockKernel.Dot(segment.Rows(row, rows), segment.RowStride, _scan.Packed, _scan.Dimensions, dots);
            for (var i = 0; i < rows; i++)
            {
                OfferAcross(segment, row + i, dots.Slice(i * width, width));
            }
        }

        for (var query = 0; query < _scan.Blocked; query++)
        {
            _scan.Share(query, Best[query].Threshold);
        }
    }

    // Offers one row to all blocked queries.
    private void OfferAcross(Segment segment, int row, ReadOnlySpan<float> dots)
    {
        var norm = segment.Norms[row];
        var common = norm * norm * _perSquaredNorm;
        for (var panel = 0; panel < dots.Length; panel += BlockKernel.PanelWidth)
        {
            for (var mask = BlockKernel.NotBelow(dots, _limits, _perNorms, panel, norm, common); mask != 0; mask &= mask - 1)
            {
                var query = panel + BitOperations.TrailingZeroCount(mask);
                if (query < _scan.Blocked)
                {
                    Offer(segment, row, query);
                    SetRule(query);
                }
            }
        }
    }

    private void SetRule(int query)
    {
        var rule = _scan.Queries[query].FloatRule(Threshold(query));
        (_limits[query], _perNorms[query]) = (rule.Limit, rule.PerNorm);
    }
}
