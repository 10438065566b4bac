using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Tokenization;

/// <summary>How a model cuts texts.</summary>
internal static class TokenizationEndpoints
{
    public static void MapTokenization(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/tokenize", Tokenize).WithTags("Tokens").RefusesUnknownParameters()
            .ProducesErrors(
                StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
                StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType,
                StatusCodes.Status429TooManyRequests, StatusCodes.Status500InternalServerError);

    /// <summary>Cut texts into tokens</summary>
    /// <remarks>
    /// As the model's tokenizer does before the model reads them. Tokens beyond <c>max_tokens</c> are listed too;
    /// <c>read</c> says where the model stops.
    /// </remarks>
    /// <response code="200">The tokens of each text.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    internal static Ok<TokenizeResponse> Tokenize(
        TokenizeRequest request, TokenizationHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(handler.Handle(request, cancellationToken));
}
