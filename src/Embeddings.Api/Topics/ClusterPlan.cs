using Embeddings.Analysis.Clustering;
using Embeddings.Api.Errors;
using Embeddings.Api.Jobs;
using Embeddings.Api.Wire;
using Embeddings.Vectors;

namespace Embeddings.Api.Topics;

/// <summary>A checked request: how rows are clustered.</summary>
/// <param name="Method"><c>kmeans</c>, <c>hdbscan</c> or <c>communities</c>.</param>
/// <param name="K">Clusters of k-means.</param>
/// <param name="MinSize">Members of the smallest cluster of the other methods.</param>
/// <param name="Threshold">The least cosine to the central member of a community.</param>
/// <param name="Seed">Where chance begins.</param>
/// <param name="HasCentroids">Whether the reply has the mean of each cluster.</param>
/// <param name="HasSilhouette">Whether the reply tells how well clusters are apart.</param>
internal sealed record ClusterPlan(
    string Method, int K, int MinSize, float Threshold, int Seed, bool HasCentroids, bool HasSilhouette)
{
    private const int MostClusters = 1000;

    // Of so many runs from different starts k-means keeps the best.
    private const int Starts = 5;

    private static readonly string[] Methods = ["kmeans", "hdbscan", "communities"];
    private static readonly string[] Parts = ["centroids", "silhouette"];

    /// <exception cref="InvalidRequestException">The request is wrong.</exception>
    public static ClusterPlan Of(ClusterSettings request)
    {
        var method = request.Method ?? "kmeans";
        if (!Methods.Contains(method))
        {
            throw new InvalidRequestException(
                $"Invalid value for 'method' = {method}. Supported values: ['kmeans', 'hdbscan', 'communities'].",
                "method");
        }

        RefuseOther(request.K, "k", method, "kmeans");
        RefuseOther(request.MinSize, "min_size", method, "hdbscan", "communities");
        RefuseOther(request.Threshold, "threshold", method, "communities");
        if (method == "kmeans" && request.K is null)
        {
            throw new InvalidRequestException("'$.k' is invalid: k-means needs the number of clusters.", "k");
        }

        if (request.Include?.FirstOrDefault(part => !Parts.Contains(part)) is { } unknown)
        {
            throw new InvalidRequestException(
                $"Invalid value in 'include': {unknown}. Supported values: ['centroids', 'silhouette'].", "include");
        }

        return new ClusterPlan(
            method,
            ContractWords.Number(request.K, "k", 2, MostClusters, 2),
            ContractWords.Number(request.MinSize, "min_size", 2, int.MaxValue, method == "hdbscan" ? 5 : 2),
            ContractWords.Number(request.Threshold, "threshold", -1, 1, 0.75F),
            request.Seed ?? 42,
            request.Include?.Contains("centroids") ?? false,
            request.Include?.Contains("silhouette") ?? false);
    }

    /// <summary>Refuses more clusters than rows.</summary>
    public void Check(JobRows rows)
    {
        if (Method == "kmeans" && K > rows.Count)
        {
            throw new InvalidRequestException($"Invalid 'k': {rows.Count} rows cannot be {K} clusters.", "k");
        }
    }

    /// <summary>Clusters rows. Rows that are compared by cosine are compared by their directions.</summary>
    public Clustered Run(JobRows rows, IProgress<double> progress, CancellationToken cancellationToken)
    {
        var isCosine = rows.Metric == Metric.Cosine;
        switch (Method)
        {
            case "kmeans":
                var options = new KMeansOptions
                {
                    Clusters = K,
                    Starts = Starts,
                    Seed = (ulong)Seed,
                    IsSpherical = isCosine,
                };
                var means = KMeans.Fit(rows.Vectors, rows.Dimensions, options, progress, cancellationToken);
                return new Clustered(means.Labels) { Inertia = means.Inertia, Iterations = means.Iterations };
            case "hdbscan":
                var dense = new HdbscanOptions { MinClusterSize = MinSize };
                var positions = isCosine ? Directions(rows) : rows.Vectors;
                return new Clustered(
                    Hdbscan.Fit(positions, rows.Dimensions, dense, progress, cancellationToken).Labels);
            default:
                var labels = new int[rows.Count];
                Array.Fill(labels, -1);
                var found = Communities.Find(
                    rows.Vectors, rows.Dimensions, Threshold, MinSize, 0, progress, cancellationToken);
                for (var i = 0; i < found.Count; i++)
                {
                    Array.ForEach(found[i], row => labels[row] = i);
                }

                return new Clustered(labels);
        }
    }

    private static float[] Directions(JobRows rows)
    {
        var directions = (float[])rows.Vectors.Clone();
        for (var i = 0; i < rows.Count; i++)
        {
            VectorMath.Normalize(directions.AsSpan(i * rows.Dimensions, rows.Dimensions));
        }

        return directions;
    }

    private static void RefuseOther<T>(T? value, string field, string method, params string[] methods)
        where T : struct
    {
        if (value is not null && !methods.Contains(method))
        {
            throw new InvalidRequestException($"'{field}' is not for method '{method}'.", field);
        }
    }
}

/// <summary>Rows that were clustered.</summary>
/// <param name="Labels">The cluster of each row, or -1.</param>
internal sealed record Clustered(int[] Labels)
{
    public double? Inertia { get; init; }

    public int? Iterations { get; init; }
}
