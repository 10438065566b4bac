using Embeddings.Api.Access;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Telemetry;
using Embeddings.Inference.Models;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Dialects.Weaviate;

/// <summary>
/// The containers that Weaviate calls: text2vec-transformers, and of reranker-transformers all but the ranking, which
/// shares its path with other vendors.
/// </summary>
internal static class WeaviateEndpoints
{
    public static void MapWeaviate(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("").WithMetadata(WeaviateErrors.Instance);
        group.MapGet("/.well-known/live", Live).WithMetadata(new ProbeAttribute());
        group.MapGet("/.well-known/ready", Ready).WithMetadata(new ProbeAttribute());
        group.MapGet("/meta", Meta);
        group.MapPost("/vectors", Embed);
    }

    [AllowWithoutKey]
    internal static NoContent Live() => TypedResults.NoContent();

    // Weaviate does not start before this is a 204.
    [AllowWithoutKey]
    internal static NoContent Ready(ModelRegistry registry) =>
        registry.IsReady ? TypedResults.NoContent() : throw new NotReadyException();

    // Weaviate shows any object as what its module is.
    internal static Ok<ModelObject> Meta(ModelRegistry registry) =>
        TypedResults.Ok(ModelObject.Of(registry.Default.Manifest, registry.Default.Manifest.Id));

    internal static Task<Ok<VectorResponse>> Embed(
        VectorRequest request, OpenAiHandler handler, ModelRegistry registry, HttpResponse response,
        CancellationToken cancellationToken) =>
        EmbedAsync(request, registry.Default.Manifest, handler, cancellationToken).OkAsync(response);

    private static async Task<EmbeddedReply<VectorResponse>> EmbedAsync(
        VectorRequest request, ModelManifest model, OpenAiHandler handler, CancellationToken cancellationToken)
    {
        var text = request.Text
            ?? throw new InvalidRequestException("'$.text' is invalid: it is required and cannot be null.", "text");
        CheckPooling(request.Config?.PoolingStrategy, model);
        var asked = new EmbeddingRequest
        {
            Input = new EmbeddingInput { Texts = [text] },
            InputType = request.Config?.TaskType is { Length: > 0 } type ? type : null,
            Dimensions = request.Config?.Dimensions is 0 ? null : request.Config?.Dimensions,
        };
        var (made, summary) = await handler.HandleAsync(asked, null, cancellationToken);
        var vector = made.Data[0].Embedding;
        return new(new VectorResponse(text, vector.Values.Length, vector), summary);
    }

    // Weaviate sends masked_mean unless it is told otherwise, for any model, so that it means the model's own pooling.
    private static void CheckPooling(string? strategy, ModelManifest model)
    {
        if (!(strategy is null or "" or "masked_mean" || (strategy == "cls" && model.Pooling == Pooling.Cls)))
        {
            throw new InvalidRequestException(
                $"Invalid value for 'config.pooling_strategy' = {strategy}. '{model.Id}' has one pooling, which " +
                "'masked_mean' stands for.",
                "config");
        }
    }
}
