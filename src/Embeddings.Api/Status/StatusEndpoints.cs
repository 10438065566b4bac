using System.Diagnostics;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Telemetry;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Status;

/// <summary>What the server does now, for a person who looks. Probes of orchestrators ask <c>/health/ready</c>.</summary>
internal static class StatusEndpoints
{
    private static readonly string Version = typeof(StatusEndpoints).Assembly.GetName().Version!.ToString(3);

    public static void MapStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/status", Status).WithTags("Health").RefusesUnknownParameters()
            .WithMetadata(new ProbeAttribute()).ProducesErrors(StatusCodes.Status401Unauthorized);

    /// <summary>What the server does now</summary>
    /// <remarks>Its models, its memory, how much waits and how much is read a second.</remarks>
    /// <response code="200">The figures of this moment.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    internal static Ok<ServerStatus> Status(ModelRegistry registry, TokenRate rate, TimeProvider time)
    {
        using var process = Process.GetCurrentProcess();
        var memory = new MemoryStatus(process.WorkingSet64, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        return TypedResults.Ok(new ServerStatus(
            "status",
            Version,
            (long)(time.GetUtcNow() - process.StartTime).TotalSeconds,
            registry.IsReady,
            Math.Round(rate.Now, 1),
            rate.Total,
            Environment.ProcessorCount,
            memory,
            [.. registry.All.OrderBy(model => model != registry.Default).Select(Of)]));
    }

    private static ModelStatus Of(ServedModel model)
    {
        var (manifest, state) = (model.Manifest, model.State);
        return new(
            manifest.Id, manifest.Precision, manifest.Dimensions, manifest.MaxTokens, state is not null,
            model.IsHealthy, state?.QueuedTokens ?? 0, state?.Workers ?? 0);
    }
}
