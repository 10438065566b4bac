using System.Numerics.Tensors;
using Embeddings.Vectors.Simd;

namespace Embeddings.Vectors;

/// <summary>
/// Mathematics on vectors of 32-bit floats; matrices are contiguous and row-major. Pure functions, safe for any number
/// of threads. Lengths that do not match throw <see cref="ArgumentException"/>. Infinity, not-a-number and sums that
/// overflow a float propagate as IEEE 754 says. A zero vector has cosine 0 with every vector.
/// </summary>
public static class VectorMath
{
    // The same bound as in sentence-transformers. A shorter vector has no meaningful direction.
    private const float SmallestNorm = 1e-12f;

    // A sum of squares below this may have lost squares that are too small for a float.
    private const float SmallestExactSquare = 1e-30f;

    private const int RowsAtOnce = 64;

    // For longer vectors TensorPrimitives is faster: it aligns its loads first.
    private const int LongestOwnDot = 512;

    /// <summary>Dot product, Σ x·y.</summary>
    public static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        CheckSame(x, y);
        return x.Length <= LongestOwnDot ? PairKernel<DotOperator>.Reduce(x, y) : TensorPrimitives.Dot<float>(x, y);
    }

    /// <summary>Squared Euclidean distance, Σ (x − y)².</summary>
    public static float SquaredDistance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        CheckSame(x, y);
        return PairKernel<SquaredDistanceOperator>.Reduce(x, y);
    }

    /// <summary>Euclidean length.</summary>
    public static float Norm(ReadOnlySpan<float> vector) => MathF.Sqrt(PairKernel<DotOperator>.Reduce(vector, vector));

    /// <summary>Cosine of the angle between two vectors, −1 to 1.</summary>
    public static float Cosine(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        CheckSame(x, y);
        // TensorPrimitives makes the three sums in one pass. It returns not-a-number for a zero vector, and for a
        // vector that has one.
        var cosine = x.IsEmpty ? 0 : TensorPrimitives.CosineSimilarity<float>(x, y);
        return float.IsNaN(cosine) && (Norm(x) == 0 || Norm(y) == 0) ? 0 : Math.Clamp(cosine, -1, 1);
    }

    /// <summary>Compares one vector with each row of a matrix.</summary>
    /// <param name="metric">What a score is; for <see cref="Metric.Euclidean"/> the distance, not squared.</param>
    /// <param name="vector">[dimensions]</param>
    /// <param name="rows">[rows, dimensions]</param>
    /// <param name="scores">[rows]</param>
    public static void Scores(Metric metric, ReadOnlySpan<float> vector, ReadOnlySpan<float> rows, Span<float> scores)
    {
        CheckMatrix(rows, scores.Length, vector.Length, nameof(rows));
        if (metric == Metric.Euclidean)
        {
            PairKernel<SquaredDistanceOperator>.OneToMany(vector, rows, scores);
            for (var row = 0; row < scores.Length; row++)
            {
                scores[row] = scores[row] is > SmallestExactSquare and < float.PositiveInfinity
                    ? MathF.Sqrt(scores[row])
                    : Distance(vector, rows.Slice(row * vector.Length, vector.Length));
            }

            return;
        }

        PairKernel<DotOperator>.OneToMany(vector, rows, scores);
        if (metric == Metric.Cosine)
        {
            var norm = Norm(vector);
            for (var row = 0; row < scores.Length; row++)
            {
                scores[row] = Cosine(scores[row], norm, Norm(rows.Slice(row * vector.Length, vector.Length)));
            }
        }
    }

    /// <summary>Compares each row of one matrix with each row of another.</summary>
    /// <param name="metric">What a score is; for <see cref="Metric.Euclidean"/> the distance, not squared.</param>
    /// <param name="sources">[sources, dimensions]</param>
    /// <param name="targets">[targets, dimensions]</param>
    /// <param name="dimensions">Coordinates of a row, at least 1.</param>
    /// <param name="scores">[sources, targets]</param>
    public static void ScoreMatrix(
        Metric metric, ReadOnlySpan<float> sources, ReadOnlySpan<float> targets, int dimensions, Span<float> scores)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        var (rows, columns) = (sources.Length / dimensions, targets.Length / dimensions);
        CheckMatrix(sources, rows, dimensions, nameof(sources));
        CheckMatrix(targets, columns, dimensions, nameof(targets));
        CheckMatrix(scores, rows, columns, nameof(scores));
        if (metric == Metric.Euclidean || columns < BlockKernel.PanelWidth)
        {
            // Row by row. For distances, since |x|² + |y|² − 2xy cancels the digits of small ones. For few columns,
            // since a panel of the block kernel would be mostly empty.
            for (var row = 0; row < rows; row++)
            {
                Scores(metric, sources.Slice(row * dimensions, dimensions), targets, scores.Slice(
                    row * columns, columns));
            }

            return;
        }

        DotMatrix(sources, targets, dimensions, scores);
        if (metric == Metric.Cosine)
        {
            var norms = new float[columns];
            for (var column = 0; column < columns; column++)
            {
                norms[column] = Norm(targets.Slice(column * dimensions, dimensions));
            }

            for (var row = 0; row < rows; row++)
            {
                var norm = Norm(sources.Slice(row * dimensions, dimensions));
                var line = scores.Slice(row * columns, columns);
                for (var column = 0; column < columns; column++)
                {
                    line[column] = Cosine(line[column], norm, norms[column]);
                }
            }
        }
    }

    /// <summary>Scales a vector to Euclidean length 1, in place. A zero vector stays zero.</summary>
    public static void Normalize(Span<float> vector) =>
        TensorPrimitives.Divide(vector, Math.Max(Norm(vector), SmallestNorm), vector);

    /// <summary>
    /// The mean of the rows of a row-major matrix [rows, dimensions], where dimensions is the length of
    /// <paramref name="mean"/>.
    /// </summary>
    public static void MeanOfRows(ReadOnlySpan<float> matrix, Span<float> mean)
    {
        if (matrix.IsEmpty || mean.IsEmpty || matrix.Length % mean.Length != 0)
        {
            throw new ArgumentException("The matrix must hold one whole row or more.", nameof(matrix));
        }

        var dimensions = mean.Length;
        matrix[..dimensions].CopyTo(mean);
        for (var row = dimensions; row < matrix.Length; row += dimensions)
        {
            TensorPrimitives.Add(mean, matrix.Slice(row, dimensions), mean);
        }

        TensorPrimitives.Divide(mean, matrix.Length / dimensions, mean);
    }

    /// <summary>Whether every number is finite: neither infinite nor not-a-number.</summary>
    public static bool IsFinite(ReadOnlySpan<float> vector)
    {
        foreach (var value in vector)
        {
            if (!float.IsFinite(value))
            {
                return false;
            }
        }

        return true;
    }

    private static float Distance(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        var sum = 0.0;
        for (var i = 0; i < x.Length; i++)
        {
            var difference = (double)x[i] - y[i];
            sum += difference * difference;
        }

        return (float)Math.Sqrt(sum);
    }

    private static float Cosine(float dot, float x, float y) =>
        x == 0 || y == 0 ? 0 : float.IsNaN(dot) ? dot : Math.Clamp(dot / x / y, -1, 1);

    private static void DotMatrix(
        ReadOnlySpan<float> sources, ReadOnlySpan<float> targets, int dimensions, Span<float> dots)
    {
        var columns = targets.Length / dimensions;
        var width = (columns + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth * BlockKernel.PanelWidth;
        var packed = new float[(long)width * dimensions];
        BlockKernel.Pack(targets, dimensions, packed);
        var block = new float[(long)RowsAtOnce * width];
        var rows = sources.Length / dimensions;
        for (var row = 0; row < rows; row += RowsAtOnce)
        {
            var count = Math.Min(RowsAtOnce, rows - row);
            BlockKernel.Dot(
                sources[(row * dimensions)..], dimensions, packed, dimensions, block.AsSpan(0, count * width));
            for (var i = 0; i < count; i++)
            {
                block.AsSpan(i * width, columns).CopyTo(dots[((row + i) * columns)..]);
            }
        }
    }

    private static void CheckSame(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        if (x.Length != y.Length)
        {
            throw new ArgumentException($"The vectors have {x.Length} and {y.Length} dimensions.", nameof(y));
        }
    }

    private static void CheckMatrix(ReadOnlySpan<float> matrix, int rows, int columns, string name)
    {
        if (matrix.Length != (long)rows * columns)
        {
            throw new ArgumentException($"{matrix.Length} numbers are not {rows} rows of {columns}.", name);
        }
    }
}
