using Embeddings.Analysis.Neighbors;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// Principal component analysis (Pearson 1901): the directions in which vectors vary most, as eigenvectors of the whole
/// covariance matrix, not by a random projection. Immutable.
/// </summary>
public sealed class Pca
{
    private const int RowsAtOnce = 256;

    private readonly double[] _mean;
    private readonly double[] _components;

    private Pca(double[] mean, double[] components, double[] variances, double total)
    {
        (_mean, _components) = (mean, components);
        ExplainedVariance = variances;
        ExplainedVarianceRatio = [.. variances.Select(variance => total > 0 ? variance / total : 0)];
    }

    /// <summary>Coordinates of a vector.</summary>
    public int Dimensions => _mean.Length;

    /// <summary>Coordinates of a projected vector.</summary>
    public int Count => ExplainedVariance.Length;

    /// <summary>The mean of the vectors [dimensions].</summary>
    public ReadOnlySpan<double> Mean => _mean;

    /// <summary>
    /// The directions [count, dimensions], of length 1 and orthogonal in pairs; the entry of the largest magnitude of
    /// each is positive.
    /// </summary>
    public ReadOnlySpan<double> Components => _components;

    /// <summary>The variance along each direction [count], divided by the number of vectors − 1.</summary>
    public double[] ExplainedVariance { get; }

    /// <summary>What part of the whole variance that is [count]; 0 if all vectors are equal.</summary>
    public double[] ExplainedVarianceRatio { get; }

    /// <summary>Finds the directions.</summary>
    /// <param name="vectors">[rows, dimensions], at least one row.</param>
    /// <param name="dimensions">Coordinates of a vector.</param>
    /// <param name="count">Directions to find, 1 to <paramref name="dimensions"/>.</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="progress">Told the part that is done, 0 to 1.</param>
    /// <param name="cancellationToken">Checked for each 1,024 rows.</param>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    public static Pca Fit(
        ReadOnlyMemory<float> vectors, int dimensions, int count, int threads = 0,
        IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        var rows = VectorSet.CountOf(vectors.Span, dimensions);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1, nameof(vectors));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, dimensions);
        using var team = new ThreadTeam(threads, cancellationToken);
        var told = Progress.Of(progress);
        var mean = Covariance.Mean(vectors, dimensions, team);
        var covariance = Covariance.Of(vectors, mean, team, told.Stage(0, 0.9));
        var total = Enumerable.Range(0, dimensions).Sum(d => covariance[(d * dimensions) + d]);
        var (values, components) = SymmetricEigen.Largest(covariance, dimensions, count, team);
        for (var component = 0; component < count; component++)
        {
            FixSign(components.AsSpan(component * dimensions, dimensions));
        }

        told.Add(1);
        return new Pca(mean, components, [.. values.Select(value => Math.Max(0, value))], total);
    }

    /// <summary>The coordinates of vectors along the directions.</summary>
    /// <param name="vectors">[rows, dimensions]</param>
    /// <param name="threads">Threads to use; 0 for one a processor.</param>
    /// <param name="cancellationToken">Checked for each 256 rows.</param>
    /// <returns>[rows, count]</returns>
    /// <exception cref="ArgumentException">
    /// Not whole rows, or a coordinate that is not a number within ±10¹⁵.
    /// </exception>
    public float[] Transform(
        ReadOnlyMemory<float> vectors, int threads = 0, CancellationToken cancellationToken = default)
    {
        var rows = VectorSet.CountOf(vectors.Span, Dimensions);
        var projected = new float[rows * Count];
        using var team = new ThreadTeam(threads, cancellationToken);
        team.Ranges(rows, RowsAtOnce, (from, to) =>
        {
            var centred = new double[Dimensions];
            for (var row = from; row < to; row++)
            {
                var vector = vectors.Span.Slice(row * Dimensions, Dimensions);
                for (var d = 0; d < centred.Length; d++)
                {
                    centred[d] = vector[d] - _mean[d];
                }

                for (var component = 0; component < Count; component++)
                {
                    projected[(row * Count) + component] =
                        (float)SymmetricEigen.Dot(_components.AsSpan(component * Dimensions, Dimensions), centred);
                }
            }
        });
        return projected;
    }

    private static void FixSign(Span<double> component)
    {
        var largest = 0;
        for (var d = 1; d < component.Length; d++)
        {
            largest = Math.Abs(component[d]) > Math.Abs(component[largest]) ? d : largest;
        }

        if (component[largest] < 0)
        {
            foreach (ref var value in component)
            {
                value = -value;
            }
        }
    }
}
