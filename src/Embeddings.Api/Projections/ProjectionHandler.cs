using System.Globalization;
using Embeddings.Api.Errors;
using Embeddings.Api.Jobs;
using Embeddings.Api.Limits;
using Embeddings.Api.Retrieval;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Projections;

/// <summary>Checks a projection, and does it as a job.</summary>
internal sealed class ProjectionHandler(RowJobs jobs, CollectionStore collections, IOptions<LimitsOptions> limits)
{
    private const string Kind = "projection";
    private const int LimitUnlessSaid = 10_000;
    private const int Fewest = 3;

    /// <summary>Lays out documents of a collection.</summary>
    public async Task<JobReply> HandleAsync(
        string name, CollectionProjectionRequest request, CancellationToken cancellationToken)
    {
        var plan = ProjectionPlan.Of(request);
        var parts = new IncludedParts(request.Include);
        var selection = RowSelection.Of(
            request.Filter, request.Limit, LimitUnlessSaid, limits.Value.MaxAnalyzed, Fewest, parts.Parts);
        CheckDimensions(plan, (await collections.FindAsync(name, cancellationToken)).Info.Settings.Dimensions);
        return await jobs.OfCollectionAsync(
            Kind, name, selection, request with { Wait = null, Limit = selection.Limit }, request.Wait,
            (rows, progress, token) => Project(name, plan, parts, rows, progress, token), cancellationToken);
    }

    /// <summary>Lays out texts and vectors of the request.</summary>
    public Task<JobReply> HandleAsync(ProjectionRequest request, CancellationToken cancellationToken)
    {
        var plan = ProjectionPlan.Of(request);
        var parts = new IncludedParts(null);
        return jobs.OfInputAsync(
            Kind, request.Input, Fewest, request.Metric, request.Model, request.InputType, request.Wait,
            (rows, progress, token) => Project(null, plan, parts, rows, progress, token),
            rows => CheckDimensions(plan, rows.Dimensions),
            cancellationToken);
    }

    private static ProjectionResponse Project(
        string? name, ProjectionPlan plan, IncludedParts parts, JobRows rows, IProgress<double> progress,
        CancellationToken cancellationToken)
    {
        var map = LaidOut.Of(plan, rows.Vectors, rows.Dimensions, rows.Metric, progress, cancellationToken);
        var points = new ProjectedPoint[rows.Count];
        for (var i = 0; i < points.Length; i++)
        {
            points[i] = rows.Documents?[i] is { } document
                ? new(document.Id, map.Position(i), document.Text, parts.MetadataOf(document))
                : new(i.ToString(CultureInfo.InvariantCulture), map.Position(i), null, null);
        }

        return new ProjectionResponse(
            Kind, name, rows.Model, plan.Method, plan.Dimensions, plan.Seed, rows.Matching, rows.IsSampled, points,
            map.ExplainedVariance, map.Quality, rows.Usage);
    }

    private static void CheckDimensions(ProjectionPlan plan, int dimensions)
    {
        if (plan.Dimensions > dimensions)
        {
            throw new InvalidRequestException(
                $"Invalid 'dimensions': {plan.Dimensions} are more than the {dimensions} of the vectors.", "dimensions");
        }
    }
}
