using System.Net.Mime;
using Embeddings.Api.Access;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Metadata;

namespace Embeddings.Api.Dialects.Gemini;

/// <summary>
/// Gemini's routes for vectors. A name of a model may have an owner, so there are two paths for each. The pipeline
/// leads their form below <c>/v1</c> here.
/// </summary>
internal static class GeminiEndpoints
{
    public static void AddGemini(this IServiceCollection services) => services.AddSingleton<GeminiHandler>();

    public static void MapGemini(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1beta")
            .WithMetadata(GeminiErrors.Instance, new KeyPlaces("x-goog-api-key", "key"));
        foreach (var path in new[] { "/models/{model}", "/models/{owner}/{model}" })
        {
            group.MapPost(path + ":embedContent", EmbedContent);
            group.MapPost(path + ":batchEmbedContents", BatchEmbedContents);
        }

        // Without a content type of its own it would take the requests whose content type is wrong.
        group.MapPost("/{**path}", Unknown).WithMetadata(new AcceptsMetadata([MediaTypeNames.Application.Json]));
    }

    /// <summary>The vector of a text.</summary>
    internal static Task<Ok<EmbedContentResponse>> EmbedContent(
        string model, EmbedContentRequest request, HttpContext context, GeminiHandler handler,
        CancellationToken cancellationToken) =>
        handler.EmbedAsync(NameOf(model, context), request, cancellationToken).OkAsync(context.Response);

    /// <summary>A vector for each text.</summary>
    internal static Task<Ok<BatchEmbedContentsResponse>> BatchEmbedContents(
        string model, BatchEmbedContentsRequest request, HttpContext context, GeminiHandler handler,
        CancellationToken cancellationToken) =>
        handler.EmbedAsync(NameOf(model, context), request, cancellationToken).OkAsync(context.Response);

    // Without this a method that Gemini has and this server has not would get the error of no family.
    private static void Unknown(HttpContext context) => throw new UnknownMethodException(context.Request.Path);

    // Routing decodes a name, but for a slash in it.
    private static string NameOf(string model, HttpContext context) => Uri.UnescapeDataString(
        context.GetRouteValue("owner") is string owner ? $"{owner}/{model}" : model);
}

/// <summary>A method of Gemini that this server does not have.</summary>
internal sealed class UnknownMethodException(string path) : FailureException(
    new FailureKind(StatusCodes.Status404NotFound),
    $"Unknown method: {path}. There are embedContent and batchEmbedContents.");
