using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Embeddings.Api.Classifiers;

/// <summary>
/// Classification, and the classifiers that are kept. Other vendors' routes are in <see cref="VendorEndpoints"/>.
/// </summary>
internal static class ClassifierEndpoints
{
    private const string Tag = "Classification";

    public static void MapClassifiers(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/classify", Classify).WithTags(Tag).RefusesUnknownParameters().ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status404NotFound,
            StatusCodes.Status409Conflict, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError, StatusCodes.Status503ServiceUnavailable);
        var group = routes.MapGroup("/classifiers").WithTags(Tag).RefusesUnknownParameters().ProducesErrors(
            StatusCodes.Status401Unauthorized, StatusCodes.Status503ServiceUnavailable);
        group.MapGet("/", ListClassifiers);
        group.MapPut("/{name}", CreateClassifier).ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError, StatusCodes.Status507InsufficientStorage);
        group.MapGet("/{name}", GetClassifier).ProducesErrors(StatusCodes.Status404NotFound);
        group.MapDelete("/{name}", DeleteClassifier).ProducesErrors(
            StatusCodes.Status404NotFound, StatusCodes.Status500InternalServerError,
            StatusCodes.Status507InsufficientStorage);
        group.MapPost("/{name}/examples", AddExamples).ProducesErrors(
            StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound, StatusCodes.Status413PayloadTooLarge,
            StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status429TooManyRequests,
            StatusCodes.Status500InternalServerError, StatusCodes.Status507InsufficientStorage);
        routes.MapVendorClassifiers(Tag);
    }

    /// <summary>Classify texts</summary>
    /// <remarks>
    /// By the names of labels alone, by examples, by a classifier that is kept, or by the nearest documents of a
    /// collection. With names alone a label is what its name means, so names of several words are better.
    /// </remarks>
    /// <response code="200">A label for each input, with its score.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The classifier, the collection or the model is unknown.</response>
    /// <response code="409">The collection has moved to another model just now, and the vectors are of the one
    /// before.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">Collections and classifiers cannot be used now; the message says why.</response>
    internal static Task<Ok<ClassifyResponse>> Classify(
        ClassifyRequest request, HttpResponse response, ClassifyHandler handler, CancellationToken cancellationToken) =>
        handler.HandleAsync(request, cancellationToken).OkAsync(response);

    /// <summary>List the classifiers</summary>
    /// <response code="200">The classifiers, by name.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    internal static async Task<Ok<ClassifierList>> ListClassifiers(
        ClassifiersHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(new ClassifierList("list", await handler.ListAsync(cancellationToken)));

    /// <summary>Make a classifier</summary>
    /// <remarks>From labels, examples or both, or from the documents of a collection, in place of the one that has the
    /// name. It is on the disk when the reply comes.</remarks>
    /// <param name="name" example="topics">1 to 128 letters, digits, '.', '_' and '-'.</param>
    /// <param name="request">What it is made from.</param>
    /// <param name="context">Has the prefix of links.</param>
    /// <param name="handler">Makes it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">It was made in place of another.</response>
    /// <response code="201">It was made.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The collection or the model is unknown.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was kept.</response>
    internal static async Task<Results<Ok<ClassifierObject>, Created<ClassifierObject>>> CreateClassifier(
        string name, ClassifierRequest request, HttpContext context, ClassifiersHandler handler,
        CancellationToken cancellationToken)
    {
        var (reply, isNew) = await handler.PutAsync(name, request, cancellationToken);
        reply.Summary.WriteTo(context.Response.Headers);
        return isNew
            ? TypedResults.Created($"{context.Request.PathBase}/classifiers/{name}", reply.Body)
            : TypedResults.Ok(reply.Body);
    }

    /// <summary>Describe a classifier</summary>
    /// <param name="name" example="topics">Its name.</param>
    /// <param name="handler">Finds it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The classifier.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is none of the name.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    internal static async Task<Ok<ClassifierObject>> GetClassifier(
        string name, ClassifiersHandler handler, CancellationToken cancellationToken) =>
        TypedResults.Ok(await handler.GetAsync(name, cancellationToken));

    /// <summary>Delete a classifier</summary>
    /// <param name="name" example="topics">Its name.</param>
    /// <param name="handler">Deletes it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">It is gone.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">There is none of the name.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was deleted.</response>
    internal static async Task<Ok<DeletedClassifier>> DeleteClassifier(
        string name, ClassifiersHandler handler, CancellationToken cancellationToken)
    {
        await handler.DeleteAsync(name, "name", cancellationToken);
        return TypedResults.Ok(new DeletedClassifier("classifier.deleted", name, true));
    }

    /// <summary>Add examples to a classifier</summary>
    /// <remarks>It is made anew from all its examples. A classifier is made by its first examples too.</remarks>
    /// <param name="name" example="topics">Its name.</param>
    /// <param name="request">The examples.</param>
    /// <param name="response">Gets the headers.</param>
    /// <param name="handler">Makes it.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <response code="200">The classifier as it is now.</response>
    /// <response code="400">The request is wrong; the message says what and where.</response>
    /// <response code="401">A key is needed, and none or a wrong one was sent.</response>
    /// <response code="404">The model is unknown, or its files are not on this server.</response>
    /// <response code="413">The body is too large.</response>
    /// <response code="415">The body is not JSON in UTF-8.</response>
    /// <response code="429">Too many requests are waiting; Retry-After tells when to come again.</response>
    /// <response code="500">The server failed.</response>
    /// <response code="503">Classifiers cannot be used now; the message says why.</response>
    /// <response code="507">The disk is full; nothing was kept.</response>
    internal static Task<Ok<ClassifierObject>> AddExamples(
        string name, AddExamplesRequest request, HttpResponse response, ClassifiersHandler handler,
        CancellationToken cancellationToken) =>
        handler.AddAsync(name, request.Examples, request.Model, "examples", cancellationToken).OkAsync(response);
}
