using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Classifiers;

/// <summary>
/// Classification in the shapes of Cohere and of Jina, which have the same route and are told apart by their fields.
/// </summary>
internal static class VendorEndpoints
{
    public static void MapVendorClassifiers(this IEndpointRouteBuilder routes, string tag)
    {
        var group = routes.MapGroup("/v1").WithTags(tag).ProducesErrors(
            StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);
        group.MapPost("/classify", ClassifyAsVendors).ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError);
        group.MapPost("/train", Train).ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError, StatusCodes.Status507InsufficientStorage);
        group.MapGet("/classifiers", ListAsJina);
        group.MapDelete("/classifiers/{classifier_id}", DeleteAsJina).ProducesErrors(
            StatusCodes.Status404NotFound, StatusCodes.Status500InternalServerError,
            StatusCodes.Status507InsufficientStorage);
    }

    /// <summary>Classify texts as Cohere or Jina</summary>
    /// <remarks>A body with <c>inputs</c> is Cohere's v1, and one with <c>input</c> is Jina's; each is answered in its
    /// own shape.</remarks>
    /// <response code="200">A label for each input, with its probability.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The classifier or the model is unknown.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    internal static Task<Ok<VendorClassifyResponse>> ClassifyAsVendors(
        VendorClassifyRequest request, HttpResponse response, VendorHandler handler,
        CancellationToken cancellationToken) =>
        handler.ClassifyAsync(request, cancellationToken).OkAsync(response);

    /// <summary>Make a classifier as Jina</summary>
    /// <remarks>Its name is made, unless <c>classifier_id</c> names one, to which the examples are added.</remarks>
    /// <response code="200">It is on the disk.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The classifier or the model is unknown.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was kept.</response>
    internal static Task<Ok<TrainResponse>> Train(
        TrainRequest request, HttpResponse response, VendorHandler handler, CancellationToken cancellationToken) =>
        handler.TrainAsync(request, cancellationToken).OkAsync(response);

    /// <summary>List the classifiers as Jina</summary>
    /// <response code="200">The classifiers, by name.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    internal static async Task<Ok<IReadOnlyList<JinaClassifier>>> ListAsJina(
        ClassifiersHandler handler, CancellationToken cancellationToken)
    {
        var classifiers = await handler.ListAsync(cancellationToken);
        return TypedResults.Ok<IReadOnlyList<JinaClassifier>>([.. classifiers.Select(JinaClassifier.Of)]);
    }

    /// <summary>Delete a classifier as Jina</summary>
    /// <param name="classifier_id" example="topics">Its name.</param>
    /// <param name="handler">Deletes it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">It is gone.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is none of the name.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was deleted.</response>
    internal static async Task<Ok<JinaDeletedClassifier>> DeleteAsJina(
        string classifier_id, ClassifiersHandler handler, CancellationToken cancellationToken)
    {
        await handler.DeleteAsync(classifier_id, "classifier_id", cancellationToken);
        return TypedResults.Ok(new JinaDeletedClassifier(classifier_id));
    }
}
