using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.OpenAi;

/// <summary>OpenAI's routes. The pipeline leads other forms of the same paths here.</summary>
internal static class OpenAiEndpoints
{
    public static void MapOpenAi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/v1").WithTags("OpenAI").ProducesErrors(StatusCodes.Status401Unauthorized)
            .WithMetadata(OpenAiDialect.WithDetail);
        group.MapPost("/embeddings", CreateEmbeddings)
            .ProducesErrors(
                StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
                StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
                StatusCodes.Status500InternalServerError);
        group.MapGet("/models", ListModels);
        group.MapGet("/models/{**model}", GetModel).ProducesErrors(StatusCodes.Status404NotFound);
    }

    /// <summary>Embed texts</summary>
    /// <remarks>
    /// Works as OpenAI's route of the same name. Also reached as /embeddings, /v1/engines/{model}/embeddings and
    /// /openai/deployments/{model}/embeddings, where the model of the path is used. The fields of Mistral, Voyage,
    /// Jina, NVIDIA and Infinity mean what they mean there. The header x-truncated-inputs tells how many inputs were
    /// longer than the model reads.
    /// </remarks>
    /// <response code="200">One vector for each input, in the order of the inputs.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static Task<Ok<EmbeddingResponse>> CreateEmbeddings(
        EmbeddingRequest request, HttpContext context, OpenAiHandler handler, CancellationToken cancellationToken) =>
        handler.HandleAsync(request, context.Features.Get<Deployment>()?.Model, cancellationToken)
            .OkAsync(context.Response);

    /// <summary>List the models</summary>
    /// <remarks>
    /// The models whose files are on this server, the default first; and then their aliases, each with the model that
    /// it stands for in <c>alias_of</c>.
    /// </remarks>
    /// <response code="200">The models.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    internal static Ok<ModelList> ListModels(ModelRegistry registry)
    {
        var models = registry.Names.Select(name => ModelObject.Of(name.Model.Manifest, name.Name));
        return TypedResults.Ok(new ModelList("list", [.. models]));
    }

    /// <summary>Describe a model</summary>
    /// <param name="model" example="all-MiniLM-L6-v2">Id, short name or alias. A slash may be raw or encoded.</param>
    /// <param name="context">Has the name as it was sent.</param>
    /// <param name="registry">The models served.</param>
    /// <response code="200">The model that the name stands for.</response>
    /// <response code="401">A key is needed, and the request has none or a wrong one.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    internal static Ok<ModelObject> GetModel(string model, HttpContext context, ModelRegistry registry)
    {
        var name = context.Features.GetRequiredFeature<SentPath>().Model;
        var found = registry.ResolveAny(name);
        var alias = registry.Names.FirstOrDefault(other => other.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return TypedResults.Ok(ModelObject.Of(found.Manifest, alias.Name ?? found.Manifest.Id));
    }
}
