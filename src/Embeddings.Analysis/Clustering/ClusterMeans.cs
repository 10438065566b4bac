using System.Numerics.Tensors;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Clustering;

/// <summary>Moves centroids to the means of their rows, and gives rows to clusters that have none.</summary>
internal sealed class ClusterMeans(Points points, int clusters, bool isSpherical)
{
    // A cluster of more rows is summed in parts of this many, so that one large cluster keeps several threads busy.
    private const int RowsInPart = 4096;

    /// <summary>
    /// Writes the mean of each cluster's rows into <paramref name="centroids"/>. A cluster without rows gets the row
    /// that is farthest from its centroid, which that row's cluster loses; so does scikit-learn. It keeps its old
    /// centroid where all rows are at their centroids.
    /// </summary>
    public void Update(int[] labels, float[] centroids)
    {
        var counts = new int[clusters];
        foreach (var label in labels)
        {
            counts[label]++;
        }

        if (counts.Contains(0))
        {
            FillEmpty(labels, centroids, counts);
        }

        var members = Members(labels, counts, out var ends);
        var parts = Parts(counts, ends);
        var sums = new double[parts.Count][];
        points.Team.Chunks(
            parts.Count, part => sums[part] = Sum(members.AsSpan(parts[part].From, parts[part].Length)));
        Average(parts, sums, counts, centroids);
    }

    private void FillEmpty(int[] labels, float[] centroids, int[] counts)
    {
        var distances = new double[labels.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            distances[row] = DoubleMath.SquaredDistance(
                points.Row(row), centroids.AsSpan(labels[row] * points.Dimensions, points.Dimensions));
        }

        for (var cluster = 0; cluster < clusters; cluster++)
        {
            if (counts[cluster] > 0)
            {
                continue;
            }

            var farthest = -1;
            for (var row = 0; row < labels.Length; row++)
            {
                // A row alone in its cluster stays: moving it would only move the hole.
                if (counts[labels[row]] > 1 && distances[row] > (farthest < 0 ? 0 : distances[farthest]))
                {
                    farthest = row;
                }
            }

            if (farthest < 0)
            {
                return;
            }

            counts[labels[farthest]]--;
            counts[cluster]++;
            labels[farthest] = cluster;
            distances[farthest] = 0;
        }
    }

    // Rows ordered by cluster, in a cluster by number.
    private static int[] Members(int[] labels, int[] counts, out int[] ends)
    {
        ends = new int[counts.Length];
        for (var cluster = 1; cluster < counts.Length; cluster++)
        {
            ends[cluster] = ends[cluster - 1] + counts[cluster - 1];
        }

        var members = new int[labels.Length];
        for (var row = 0; row < labels.Length; row++)
        {
            members[ends[labels[row]]++] = row;
        }

        return members;
    }

    private static List<Part> Parts(int[] counts, int[] ends)
    {
        var parts = new List<Part>();
        for (var cluster = 0; cluster < counts.Length; cluster++)
        {
            for (var from = ends[cluster] - counts[cluster]; from < ends[cluster]; from += RowsInPart)
            {
                parts.Add(new(cluster, from, Math.Min(RowsInPart, ends[cluster] - from)));
            }
        }

        return parts;
    }

    private double[] Sum(ReadOnlySpan<int> rows)
    {
        var sum = new double[points.Dimensions];
        foreach (var row in rows)
        {
            DoubleMath.Add(points.Row(row), sum);
        }

        return sum;
    }

    private void Average(List<Part> parts, double[][] sums, int[] counts, float[] centroids)
    {
        for (var part = 0; part < parts.Count;)
        {
            var cluster = parts[part].Cluster;
            var sum = sums[part++];
            for (; part < parts.Count && parts[part].Cluster == cluster; part++)
            {
                TensorPrimitives.Add(sum, sums[part], sum);
            }

            var centroid = centroids.AsSpan(cluster * points.Dimensions, points.Dimensions);
            for (var i = 0; i < sum.Length; i++)
            {
                centroid[i] = (float)(sum[i] / counts[cluster]);
            }

            if (isSpherical)
            {
                Points.Normalize(centroid);
            }
        }
    }

    private readonly record struct Part(int Cluster, int From, int Length);
}
