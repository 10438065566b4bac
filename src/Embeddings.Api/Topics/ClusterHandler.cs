using Embeddings.Analysis.Clustering;
using Embeddings.Api.Jobs;
using Embeddings.Api.Limits;
using Embeddings.Storage;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Topics;

/// <summary>Checks a request for clusters, and does it as a job.</summary>
internal sealed class ClusterHandler(RowJobs jobs, IOptions<LimitsOptions> limits)
{
    private const string Kind = "clusters";
    private const int Fewest = 2;

    /// <summary>Clusters documents of a collection.</summary>
    public Task<JobReply> HandleAsync(
        string name, CollectionClusterRequest request, CancellationToken cancellationToken)
    {
        var plan = ClusterPlan.Of(request);
        var most = limits.Value.MaxAnalyzed;
        var selection = RowSelection.Of(request.Filter, request.Limit, most, most, Fewest, DocumentParts.None);
        return jobs.OfCollectionAsync(
            Kind, name, selection, request with { Wait = null, Limit = selection.Limit }, request.Wait,
            (rows, progress, token) => Cluster(name, plan, rows, progress, token), cancellationToken);
    }

    /// <summary>Clusters texts and vectors of the request.</summary>
    public Task<JobReply> HandleAsync(ClusterRequest request, CancellationToken cancellationToken)
    {
        var plan = ClusterPlan.Of(request);
        return jobs.OfInputAsync(
            Kind, request.Input, Fewest, request.Metric, request.Model, request.InputType, request.Wait,
            (rows, progress, token) => Cluster(null, plan, rows, progress, token), plan.Check, cancellationToken);
    }

    private static ClustersResponse Cluster(
        string? name, ClusterPlan plan, JobRows rows, IProgress<double> progress, CancellationToken cancellationToken)
    {
        plan.Check(rows);
        var clustered = plan.Run(rows, progress, cancellationToken);
        var labels = LargestFirst(clustered.Labels);
        var clusters = labels.Where(label => label >= 0).CountBy(label => label).OrderBy(item => item.Key)
            .Select(item => new ClusterObject(
                item.Key, item.Value, plan.HasCentroids ? Centroid(rows, labels, item.Key, item.Value) : null));
        return new ClustersResponse(
            Kind, name, rows.Model, plan.Method, rows.Matching, rows.IsSampled, [.. clusters],
            rows.Documents?.Select(document => document.Id).ToList(), labels, clustered.Inertia, clustered.Iterations,
            plan.HasSilhouette ? SilhouetteOf(rows, labels, cancellationToken) : null, rows.Usage);
    }

    // Of clusters of one size the one whose first row comes first has the lower number.
    private static int[] LargestFirst(int[] labels)
    {
        var numbers = labels.Where(label => label >= 0).CountBy(label => label).OrderByDescending(item => item.Value)
            .Select((item, number) => (item.Key, number)).ToDictionary();
        return [.. labels.Select(label => label < 0 ? label : numbers[label])];
    }

    private static float[] Centroid(JobRows rows, int[] labels, int label, int size)
    {
        var sums = new double[rows.Dimensions];
        for (var row = 0; row < labels.Length; row++)
        {
            for (var i = 0; labels[row] == label && i < sums.Length; i++)
            {
                sums[i] += rows.Vectors[(row * rows.Dimensions) + i];
            }
        }

        return [.. sums.Select(sum => (float)(sum / size))];
    }

    // Rows that are in no cluster do not count.
    private static double? SilhouetteOf(JobRows rows, int[] labels, CancellationToken cancellationToken)
    {
        int[] members = [.. Enumerable.Range(0, labels.Length).Where(row => labels[row] >= 0)];
        if (members.Length == 0)
        {
            return null;
        }

        var vectors = new float[members.Length * rows.Dimensions];
        for (var i = 0; i < members.Length; i++)
        {
            rows.Vectors.AsSpan(members[i] * rows.Dimensions, rows.Dimensions)
                .CopyTo(vectors.AsSpan(i * rows.Dimensions));
        }

        return Silhouette.Mean(
            vectors, rows.Dimensions, [.. members.Select(row => labels[row])], cancellationToken: cancellationToken);
    }
}
