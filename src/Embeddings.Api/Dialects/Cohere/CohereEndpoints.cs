using Embeddings.Api.Embedding;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Dialects.Cohere;

/// <summary>Cohere's routes for vectors and tokens. Its list of models is a part of <c>GET /v1/models</c>.</summary>
internal static class CohereEndpoints
{
    public static void AddCohere(this IServiceCollection services) => services.AddSingleton<CohereHandler>();

    public static void MapCohere(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithMetadata(CohereErrors.Instance);
        group.MapPost("/v1/embed", EmbedInVersion1);
        group.MapPost("/v2/embed", EmbedInVersion2);
        group.MapPost("/v1/tokenize", Tokenize);
        group.MapPost("/v1/detokenize", Detokenize);
    }

    /// <summary>A vector for each text, in a plain list unless types are asked for.</summary>
    internal static Task<Ok<EmbedResponse>> EmbedInVersion1(
        EmbedRequest request, CohereHandler handler, HttpResponse response, CancellationToken cancellationToken) =>
        handler.EmbedAsync(request, "1", cancellationToken).OkAsync(response);

    /// <summary>A vector for each text, in a list for each type.</summary>
    internal static Task<Ok<EmbedResponse>> EmbedInVersion2(
        EmbedRequest request, CohereHandler handler, HttpResponse response, CancellationToken cancellationToken) =>
        handler.EmbedAsync(request, "2", cancellationToken).OkAsync(response);

    /// <summary>The tokens of a text.</summary>
    internal static Ok<TokenizeTextResponse> Tokenize(
        TokenizeTextRequest request, CohereHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(handler.Tokenize(request, cancellationToken));

    /// <summary>The text of tokens.</summary>
    internal static Ok<DetokenizeResponse> Detokenize(
        DetokenizeRequest request, CohereHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(handler.Detokenize(request, cancellationToken));
}
