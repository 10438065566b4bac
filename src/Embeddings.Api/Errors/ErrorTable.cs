using System.Text.Json;
using System.Text.RegularExpressions;
using Embeddings.Api.Collections;
using Embeddings.Api.Hosting;
using Embeddings.Api.Json;
using Embeddings.Api.Models;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Embeddings.Storage;

namespace Embeddings.Api.Errors;

/// <summary>The one table of what fails how: exceptions by type, and the framework's own statuses.</summary>
internal static partial class ErrorTable
{
    public static ApiError Of(Exception exception) => exception switch
    {
        InvalidRequestException e => ApiError.Invalid(e.Message, e.Param),
        UnknownModelException e => ApiError.Invalid(e.Message, "model", "model_not_found", StatusCodes.Status404NotFound),
        ModelNotFetchedException e => ApiError.Invalid(e.Message, "model", "model_not_found", StatusCodes.Status404NotFound),
        MissingApiKeyException e => ApiError.Invalid(e.Message, null, "invalid_api_key", StatusCodes.Status401Unauthorized),
        ForeignPageException e => ApiError.Invalid(e.Message, null, "foreign_page", StatusCodes.Status403Forbidden),
        EncoderBusyException e => Of(StatusCodes.Status429TooManyRequests, "") with { RetryAfter = e.RetryAfter },
        SlowBodyException e => ApiError.Invalid(e.Message, status: StatusCodes.Status408RequestTimeout),
        OverloadedException => Of(StatusCodes.Status429TooManyRequests, ""),
        OutOfMemoryException => ApiError.Server("The server has no memory left for this request. Try again later, or with less.", StatusCodes.Status503ServiceUnavailable),
        CollectionNotFoundException e => ApiError.Invalid(e.Message, "collection", "collection_not_found", StatusCodes.Status404NotFound),
        DocumentNotFoundException e => ApiError.Invalid(e.Message, "id", "document_not_found", StatusCodes.Status404NotFound),
        CollectionConflictException e => ApiError.Invalid(e.Message, "name", "collection_exists", StatusCodes.Status409Conflict),
        BackupConflictException e => ApiError.Invalid(e.Message, null, "backup_runs", StatusCodes.Status409Conflict),
        ReembeddingConflictException e => ApiError.Invalid(e.Message, "model", "reembedding_runs", StatusCodes.Status409Conflict),
        DocumentsWithoutTextException e => ApiError.Invalid($"{e.Message} Add texts to them, or send \"drop\": true, which drops these documents.", "drop"),
        AnswerTooLargeException e => ApiError.Invalid($"{e.Message} 'limit' and 'top_k' say how many, 'include' which parts."),
        NoStoreException e => ApiError.Server(e.Message, StatusCodes.Status503ServiceUnavailable),
        StoreFullException => ApiError.Server("The disk of this server is full. Nothing was kept but what was acknowledged; send the rest again when there is room.", StatusCodes.Status507InsufficientStorage),
        StoreBusyException => ApiError.Server(
            "Another program holds the lock of the collections' file. Nothing was kept but what was acknowledged; send the rest again.", StatusCodes.Status503ServiceUnavailable),
        ReadEndedException or CollectionNotLoadedException => ApiError.Server(exception.Message, StatusCodes.Status503ServiceUnavailable),
        StoreStoppedException => ApiError.Server(
            "The file of the collections was removed, replaced or written to by somebody else, or its disk failed: nothing is written until this server is restarted. Its log says what was found.",
            StatusCodes.Status503ServiceUnavailable),
        // Its message has paths of this machine.
        StoreException => ApiError.Server("The store failed, and this request was not acknowledged. The x-request-id of this reply finds the reason in the server's log."),
        NotReadyException e => ApiError.Server(e.Message, StatusCodes.Status503ServiceUnavailable),
        JsonException e => ApiError.Invalid(JsonErrorMessage.Of(e), JsonErrorMessage.Param(e)),
        UnsupportedBodyException e => ApiError.Invalid(e.Message, status: StatusCodes.Status415UnsupportedMediaType),
        BadHttpRequestException { InnerException: JsonException inner } => Of(inner),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } e when BoundParameter().Match(e.Message) is { Success: true } match =>
            ApiError.Invalid($"Invalid '{match.Groups[2].Value}': '{match.Groups[3].Value}' is not {(match.Groups[1].Value.Contains("bool") ? "true or false" : "a whole number")}.", match.Groups[2].Value),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } => ApiError.Invalid("The body must be a JSON object."),
        BadHttpRequestException e => Of(e.StatusCode, ""),
        UnreadableBodyException e => ApiError.Invalid(e.Message),
        NoVectorException e => ApiError.Server(e.Message),
        // Its message has paths of this machine: for the log, not for the caller.
        ModelException => ApiError.Server("The model cannot be loaded. The x-request-id of this reply finds the reason in the server's log."),
        _ => ApiError.Server("The server had an error while processing your request. The x-request-id of this reply finds it in the server's log."),
    };

    public static ApiError Of(int status, string detail) => status switch
    {
        StatusCodes.Status401Unauthorized => ApiError.Invalid(detail, null, "invalid_api_key", status),
        StatusCodes.Status404NotFound => ApiError.Invalid($"Unknown route: {detail}. Try POST /v1/embeddings, GET /v1/models, or /swagger for all.", status: status),
        StatusCodes.Status405MethodNotAllowed => ApiError.Invalid($"Not allowed: {detail}. The Allow header lists the methods of this route.", status: status),
        StatusCodes.Status408RequestTimeout => ApiError.Invalid("The request did not arrive in time.", status: status),
        StatusCodes.Status413PayloadTooLarge => ApiError.Invalid("The body is larger than this server accepts. Send fewer inputs at a time.", status: status),
        StatusCodes.Status415UnsupportedMediaType => ApiError.Invalid("The body must be JSON in UTF-8: send Content-Type: application/json.", status: status),
        StatusCodes.Status429TooManyRequests =>
            new ApiError(status, "requests", "Too many requests are waiting already. Retry after the time the Retry-After header names.", null, "rate_limit_exceeded"),
        StatusCodes.Status504GatewayTimeout => ApiError.Server("The request took longer than this server lets one take. Send less at a time, or later.", status),
        >= 500 => ApiError.Server("The server had an error while processing your request.", status),
        _ => ApiError.Invalid($"The request failed with status {status}.", status: status),
    };

    /// <summary>What the web server refuses by itself, before there is a request.</summary>
    public static ApiError OfServer(int status) => status switch
    {
        StatusCodes.Status400BadRequest => ApiError.Invalid("This is no request of HTTP: its first line or a header is wrong, or its path has an encoded U+0000.", status: status),
        StatusCodes.Status414UriTooLong => ApiError.Invalid("The path of the request is too long.", status: status),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => ApiError.Invalid("The headers of the request are too many, or too long.", status: status),
        StatusCodes.Status505HttpVersionNotsupported => ApiError.Invalid("This server speaks HTTP/1.1 and HTTP/2.", status: status),
        _ => Of(status, ""),
    };

    // The framework's own sentence for a query parameter that is no number or boolean; others are strings.
    [GeneratedRegex("^Failed to bind parameter \"([^\"]*) (\\w+)\" from \"(.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex BoundParameter();
}
