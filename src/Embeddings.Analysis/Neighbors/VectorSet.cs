using Embeddings.Vectors;
using Embeddings.Vectors.Index;

namespace Embeddings.Analysis.Neighbors;

/// <summary>
/// Vectors as a search wants them. For a fixed vector x the key of another one, y, is x·y · Scale[y] − Offset[y]:
/// |x| cos, x·y − |y|²/2 or x·y, larger is nearer. The block kernel's float dots give keys that are wrong by at most
/// <see cref="KeyError"/>; <see cref="Distance"/> is computed in double precision and in one fixed order.
/// </summary>
internal sealed class VectorSet
{
    // Products below the smallest normal float lose digits that no relative bound covers.
    private const double Underflow = 1e-37;

    private readonly Metric _metric;
    private readonly double[] _squares;

    /// <param name="vectors">[count, dimensions]</param>
    /// <param name="dimensions">Coordinates of a vector, at least 1.</param>
    /// <param name="metric">How two vectors are compared.</param>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    public VectorSet(ReadOnlyMemory<float> vectors, int dimensions, Metric metric)
    {
        Count = CountOf(vectors.Span, dimensions);
        _metric = metric;
        Dimensions = dimensions;
        Stride = (dimensions + ExactScore.Alignment - 1) / ExactScore.Alignment * ExactScore.Alignment;
        Rows = Stride == dimensions ? vectors : Padded(vectors.Span);
        (_squares, Scale, Offset) = (new double[Count], new float[Count], new float[Count]);
        for (var i = 0; i < Count; i++)
        {
            var row = Row(i);
            var square = _squares[i] = ExactScore.Dot(row, row);
            LargestNorm = Math.Max(LargestNorm, Math.Sqrt(square));
            Scale[i] = metric != Metric.Cosine ? 1 : square == 0 ? 0 : (float)(1 / Math.Sqrt(square));
            Offset[i] = metric == Metric.Euclidean ? (float)(square / 2) : 0;
        }
    }

    public int Count { get; }

    public int Dimensions { get; }

    /// <summary>Floats from one row to the next; those beyond <see cref="Dimensions"/> are zero.</summary>
    public int Stride { get; }

    /// <summary>[Count, Stride]</summary>
    public ReadOnlyMemory<float> Rows { get; }

    public float[] Scale { get; }

    public float[] Offset { get; }

    public double LargestNorm { get; }

    public ReadOnlySpan<float> Row(int index) => Rows.Span.Slice(index * Stride, Stride);

    /// <summary>
    /// Rows of a row-major matrix.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    public static int CountOf(ReadOnlySpan<float> vectors, int dimensions)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        VectorCheck.Check(vectors, vectors.Length / dimensions, dimensions, nameof(vectors));
        return vectors.Length / dimensions;
    }

    /// <summary>1 − cosine, squared Euclidean distance, or −dot of a vector of this set and one of another.</summary>
    public double Score(int index, VectorSet others, int other)
    {
        var x = Row(index);
        var y = others.Row(other);
        if (_metric == Metric.Euclidean)
        {
            return ExactScore.SquaredDistance(x, y);
        }

        var dot = ExactScore.Dot(x, y);
        if (_metric == Metric.InnerProduct)
        {
            return -dot;
        }

        // √(x²·x²) is x² to the bit, so equal vectors have distance 0.
        var norms = Math.Sqrt(_squares[index] * others._squares[other]);
        return norms == 0 ? 1 : Math.Clamp(1 - (dot / norms), 0, 2);
    }

    /// <summary>The distance of a <see cref="Score"/>.</summary>
    public float Distance(double score) => (float)(_metric == Metric.Euclidean ? Math.Sqrt(score) : score);

    /// <summary>The key of a <see cref="Score"/>, seen from vector <paramref name="index"/>.</summary>
    public double Key(int index, double score) => _metric switch
    {
        Metric.Euclidean => (_squares[index] - score) / 2,
        Metric.InnerProduct => -score,
        _ => (1 - score) * Math.Sqrt(_squares[index]),
    };

    /// <summary>
    /// How much a float key that vector <paramref name="index"/> gives to one of <paramref name="others"/> can be
    /// wrong: each of the additions and the last steps rounds by 2⁻²⁴ of what a sum of absolute values can reach.
    /// </summary>
    public double KeyError(int index, VectorSet others)
    {
        var norm = Math.Sqrt(_squares[index]);
        var reach = _metric switch
        {
            Metric.Euclidean => (norm * others.LargestNorm) + (others.LargestNorm * others.LargestNorm),
            Metric.InnerProduct => norm * others.LargestNorm,
            _ => norm,
        };
        return ((Dimensions + 32) * Math.Pow(2, -24) * reach) + (Dimensions * Underflow);
    }

    private float[] Padded(ReadOnlySpan<float> vectors)
    {
        var padded = new float[Count * Stride];
        for (var i = 0; i < Count; i++)
        {
            vectors.Slice(i * Dimensions, Dimensions).CopyTo(padded.AsSpan(i * Stride));
        }

        return padded;
    }
}
