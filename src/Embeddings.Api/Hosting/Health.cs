using Embeddings.Api.Errors;
using Embeddings.Api.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Hosting;

/// <summary>The model has not embedded its first text yet, or fails.</summary>
internal sealed class NotReadyException() : Exception("The model is still being loaded, or fails at every text. Try again in a moment.");

/// <summary>What an orchestrator asks.</summary>
internal static class Health
{
    // What other servers of embeddings and models, and those who ask them, call it.
    private static readonly string[] OtherNames = ["/health", "/healthz", "/ping"];

    /// <summary>Whether a path is asked by orchestrators, every few seconds.</summary>
    public static bool IsProbe(PathString path) => OtherNames.Any(name => path.StartsWithSegments(name));

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithTags("Health").WithMetadata(new AllowWithoutKeyAttribute());
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
    internal static Ok<HealthStatus> Ready(ModelStartup startup) => startup.IsReady
        ? TypedResults.Ok(new HealthStatus("ready", startup.Models.Default.Manifest.Id))
        : throw new NotReadyException();
}

/// <summary>State of the service.</summary>
/// <param name="Status"><c>live</c> or <c>ready</c>.</param>
/// <param name="Model">Id of the default model, once it is ready.</param>
public sealed record HealthStatus(string Status, string? Model);
