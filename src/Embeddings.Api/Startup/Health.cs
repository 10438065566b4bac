using Embeddings.Api.Access;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Telemetry;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Startup;

/// <summary>The probes of orchestrators.</summary>
internal static class Health
{
    // Paths by which other model servers and their clients know the readiness probe.
    private static readonly string[] OtherNames = ["/health", "/healthz", "/ping"];

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Health")
            .WithMetadata(new AllowWithoutKeyAttribute(), new ProbeAttribute());
        group.MapGet("/health/live", Live);
        group.MapGet("/health/ready", Ready).ProducesErrors(StatusCodes.Status503ServiceUnavailable);
        foreach (var path in OtherNames)
        {
            group.MapGet(path, Ready).ExcludeFromDescription();
        }
    }

    /// <summary>Whether the process answers</summary>
    /// <response code="200">It does.</response>
    internal static Ok<HealthStatus> Live() => TypedResults.Ok(new HealthStatus("live", null));

    /// <summary>Whether the default model has embedded its first text</summary>
    /// <remarks>Also reached as /health, /healthz and /ping.</remarks>
    /// <response code="200">It has: send requests.</response>
    /// <response code="503">Not yet: send none.</response>
    internal static Ok<HealthStatus> Ready(ModelRegistry registry) => registry.IsReady
        ? TypedResults.Ok(new HealthStatus("ready", registry.Default.Manifest.Id))
        : throw new NotReadyException();
}

/// <summary>State of the service.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
/// <param name="Model">Id of the default model, once it is ready.</param>
public sealed record HealthStatus(string Status, string? Model);
