using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>
/// The routes of Ollama that embed and that tell of models. <c>GET /</c>, by which its clients look whether the server
/// runs, is the page of this server.
/// </summary>
internal static class OllamaEndpoints
{
    // The version whose routes these are. Clients ask for a least one.
    private const string Version = "0.12.0";

    public static void AddOllama(this IServiceCollection services)
    {
        services.AddSingleton<OllamaHandler>();
        services.AddSingleton<OllamaModels>();
        services.AddSingleton<OllamaPull>();
    }

    public static void MapOllama(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api").WithMetadata(OllamaErrors.Instance);
        group.MapPost("/embed", Embed);
        group.MapPost("/embeddings", EmbedOne).WithMetadata(OllamaErrors.Legacy);
        group.MapGet("/tags", (OllamaModels models) => models.Tags());
        group.MapGet("/ps", (OllamaModels models) => models.Loaded());
        group.MapGet("/version", () => new VersionResponse(Version));
        group.MapPost("/show", Show);
        group.MapPost("/pull", Pull).WithMetadata(OllamaErrors.OfPull, new DisableRequestTimeoutAttribute());
        group.MapPost("/generate", (ModelRequest? request, ModelRegistry registry) =>
            Refuse(request, registry, "generate"));
        group.MapPost("/chat", (ModelRequest? request, ModelRegistry registry) => Refuse(request, registry, "chat"));
    }

    /// <summary>A vector for each text.</summary>
    internal static Task<Ok<EmbedResponse>> Embed(
        EmbedRequest? request, OllamaHandler handler, HttpResponse response, CancellationToken cancellationToken) =>
        handler.EmbedAsync(request, cancellationToken).OkAsync(response);

    /// <summary>The vector of a text.</summary>
    internal static Task<Ok<EmbeddingsResponse>> EmbedOne(
        EmbeddingsRequest? request, OllamaHandler handler, HttpResponse response,
        CancellationToken cancellationToken) => handler.EmbedOneAsync(request, cancellationToken).OkAsync(response);

    /// <summary>What a model is.</summary>
    internal static Ok<ShowResponse> Show(ModelRequest? request, OllamaModels models) =>
        TypedResults.Ok(models.Show(NameOf(request)));

    /// <summary>Fetches a model, and has it served.</summary>
    internal static Task Pull(
        ModelRequest? request, OllamaPull pull, HttpResponse response, CancellationToken cancellationToken) =>
        pull.RunAsync(request ?? throw OllamaHandler.NoBody(), response, cancellationToken);

    private static string NameOf(ModelRequest? request) => OllamaNames.Required(
        (request ?? throw OllamaHandler.NoBody()).Model is { Length: > 0 } model ? model : request.Name);

    private static void Refuse(ModelRequest? request, ModelRegistry registry, string what)
    {
        var name = NameOf(request);
        registry.ResolveAny(OllamaNames.Local(name));
        throw new InvalidRequestException($"\"{name}\" does not support {what}", "model");
    }
}
