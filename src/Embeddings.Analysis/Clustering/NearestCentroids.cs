using System.Buffers;
using System.Numerics.Tensors;
using Embeddings.Analysis.Numerics;
using Embeddings.Vectors.Simd;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// Finds the nearest centroid of every row by dot products: |x − c|² is least where x·c − |c|²/2 is largest. Both are
/// measured from the mean of all rows, since far from it the dot products would lose digits.
/// </summary>
internal sealed class NearestCentroids(Points points, float[] mean)
{
    private const int RowsAtOnce = 64;

    /// <summary>Writes the index of the nearest centroid of each row; of equally near ones the first.</summary>
    /// <param name="centroids">[clusters, dimensions]</param>
    /// <param name="labels">[rows]</param>
    /// <param name="except">[rows] the centroid that does not count for each row; null if all count.</param>
    public void Find(float[] centroids, int[] labels, int[]? except = null)
    {
        var dimensions = points.Dimensions;
        var clusters = centroids.Length / dimensions;
        var (packed, halfSquares) = Prepare(centroids, clusters);
        var width = packed.Length / dimensions;
        points.ForChunks((_, from, to) =>
        {
            var block = ArrayPool<float>.Shared.Rent(RowsAtOnce * dimensions);
            var dots = ArrayPool<float>.Shared.Rent(RowsAtOnce * width);
            for (var start = from; start < to; start += RowsAtOnce)
            {
                var count = Math.Min(RowsAtOnce, to - start);
                Center(start, count, block);
                BlockKernel.Dot(block, dimensions, packed, dimensions, dots.AsSpan(0, count * width));
                for (var row = 0; row < count; row++)
                {
                    var scores = dots.AsSpan(row * width, clusters);
                    TensorPrimitives.Subtract(scores, halfSquares, scores);
                    if (except is not null)
                    {
                        scores[except[start + row]] = float.NegativeInfinity;
                    }

                    labels[start + row] = TensorPrimitives.IndexOfMax<float>(scores);
                }
            }

            ArrayPool<float>.Shared.Return(block);
            ArrayPool<float>.Shared.Return(dots);
        });
    }

    /// <summary>Copies rows into a block, less the mean.</summary>
    public void Center(int start, int count, Span<float> block)
    {
        for (var row = 0; row < count; row++)
        {
            TensorPrimitives.Subtract(
                points.Row(start + row), mean, block.Slice(row * points.Dimensions, points.Dimensions));
        }
    }

    private (float[] Packed, float[] HalfSquares) Prepare(float[] centroids, int clusters)
    {
        var dimensions = points.Dimensions;
        var centered = new float[centroids.Length];
        var halfSquares = new float[clusters];
        for (var cluster = 0; cluster < clusters; cluster++)
        {
            var centroid = centered.AsSpan(cluster * dimensions, dimensions);
            TensorPrimitives.Subtract(centroids.AsSpan(cluster * dimensions, dimensions), mean, centroid);
            halfSquares[cluster] = (float)(DoubleMath.Dot(centroid, centroid) / 2);
        }

        var panels = (clusters + BlockKernel.PanelWidth - 1) / BlockKernel.PanelWidth;
        var packed = new float[panels * BlockKernel.PanelWidth * dimensions];
        BlockKernel.Pack(centered, dimensions, packed);
        return (packed, halfSquares);
    }
}
