using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors.Index;

/// <summary>
/// A prepared query: its exact score with a row, and the rules by which a scan may leave rows out. Rows are ranked by a
/// key that is larger for nearer rows: the score, or for Euclidean minus the distance (not squared).
/// </summary>
internal sealed class Query
{
    private const float Tiny = 1e-34f;

    private readonly Metric _metric;
    private readonly float[] _values;
    private readonly double _square;
    private readonly double _norm;

    // The largest error of a sum of this many floats, relative to ‖query‖·‖row‖, in any order of addition.
    private readonly float _rounding;

    public Query(ReadOnlySpan<float> values, int stride, Metric metric, bool coded)
    {
        _metric = metric;
        _values = new float[stride];
        values.CopyTo(_values);
        _square = ExactScore.Dot(_values, _values);
        _norm = Math.Sqrt(_square);
        _rounding = (values.Length + 16) * (1f / (1 << 24));
        ScanValues = _values;
        if (metric == Metric.Cosine && _norm > 0)
        {
            ScanValues = new float[stride];
            for (var i = 0; i < values.Length; i++)
            {
                ScanValues[i] = (float)(values[i] / _norm);
            }
        }

        if (coded)
        {
            Code = new QueryCode(ScanValues);
        }
    }

    /// <summary>What a scan multiplies rows with: the query, for cosine at length 1; padded with zeros.</summary>
    public float[] ScanValues { get; }

    /// <summary>The query in small integers; null if not asked for.</summary>
    public QueryCode? Code { get; }

    // ‖ScanValues‖, rounded up.
    private float ScanNorm =>
        _metric == Metric.Cosine ? 1 + (1f / (1 << 20)) : (float)(_norm * (1 + (1.0 / (1 << 22)))) + Tiny;

    /// <summary>The exact key of a row, padded with zeros as the query is.</summary>
    public float Key(ReadOnlySpan<float> row)
    {
        switch (_metric)
        {
            case Metric.InnerProduct:
                return (float)ExactScore.Dot(_values, row);
            case Metric.Euclidean:
                return -(float)Math.Sqrt(ExactScore.SquaredDistance(_values, row));
            default:
                var (dot, square) = ExactScore.DotAndSquare(_values, row);
                return dot == 0 ? 0 : (float)(dot / (_norm * Math.Sqrt(square)));
        }
    }

    /// <summary>The score of a key, and the key of a score: both are the same function.</summary>
    public static float Score(Metric metric, float key) => metric == Metric.Euclidean ? 0 - key : key;

    /// <summary>Rows that cannot reach <paramref name="threshold"/>, judged by dot products of floats.</summary>
    public PruneRule FloatRule(float threshold)
    {
        var limit = Limit(threshold);
        var slack = _rounding * ScanNorm;
        return _metric switch
        {
            // dot / norm < limit, without the division: rows are not stored at length 1.
            Metric.Cosine => new PruneRule(-Tiny, limit - slack, 0, 1, 0),
            Metric.InnerProduct => new PruneRule(limit, -slack, 0, 1, 0),
            _ => new PruneRule(limit, -slack, HalfRoundedDown, 1, 0),
        };
    }

    /// <summary>
    /// Rows that cannot reach <paramref name="threshold"/>, judged by their codes and the high part of the query's, in
    /// its units.
    /// </summary>
    public PruneRule CoarseRule(float threshold) =>
        CodeRule(threshold, Code!.CoarseResidual, Code.Unit * QueryCode.HighWeight);

    /// <summary>The same with the low part too, in its units.</summary>
    public PruneRule FineRule(float threshold) => CodeRule(threshold, Code!.Residual, Code.Unit);

    private PruneRule CodeRule(float threshold, float residual, float unit)
    {
        var limit = Limit(threshold);
        residual *= 1.001f;
        return _metric switch
        {
            Metric.Cosine => new PruneRule(limit - residual, 0, 0, unit, ScanNorm + residual),
            Metric.InnerProduct => new PruneRule(limit, -residual, 0, unit, ScanNorm + residual),
            _ => new PruneRule(limit, -residual, HalfRoundedDown, unit, ScanNorm + residual),
        };
    }

    private static float HalfRoundedDown => 0.5f - (1f / (1 << 20));

    // The smallest dot product that a row with this key can have, rounded down; for Euclidean less half of the row's
    // squared length.
    private float Limit(float threshold)
    {
        if (float.IsNegativeInfinity(threshold))
        {
            return threshold;
        }

        // The threshold is minus a distance, rounded to a float: its square may be too small by 2⁻²³ of itself.
        var limit = _metric == Metric.Euclidean
            ? (_square - ((double)threshold * threshold * (1 + (1.0 / (1 << 21))))) / 2
            : threshold;
        return (float)(limit - (Math.Abs(limit) / (1 << 20)) - Tiny);
    }
}
