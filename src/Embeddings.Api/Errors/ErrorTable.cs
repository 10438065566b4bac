using System.Text.Json;
using System.Text.RegularExpressions;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Embeddings.Storage;

namespace Embeddings.Api.Errors;

/// <summary>
/// The failure that each exception of the projects below and of the framework stands for, and each of the framework's
/// own statuses. Exceptions of this project carry their failure, see <see cref="FailureException"/>.
/// </summary>
internal static partial class ErrorTable
{
    /// <summary>The message when more requests wait than may.</summary>
    public const string Busy = "Too many requests are waiting already. Retry after the time the Retry-After " +
        "header names.";

    public static Failure Of(Exception exception) => exception switch
    {
        FailureException e => e.Failure,
        EncoderBusyException e => new(FailureKind.TooManyRequests, Busy, RetryAfter: e.RetryAfter),
        OutOfMemoryException => new(
            FailureKind.Unavailable, "The server has no memory left for this request. Try again later, or with less."),
        CollectionNotFoundException e => new(FailureKind.CollectionNotFound, e.Message, "collection"),
        DocumentsWithoutTextException e => Invalid(
            $"{e.Message} Add texts to them, or send \"drop\": true, which drops these documents.", "drop"),
        AnswerTooLargeException e => Invalid($"{e.Message} 'limit' and 'top_k' say how many, 'include' which parts."),
        StoreFullException => new(
            FailureKind.StoreFull,
            "The disk of this server is full. Nothing was kept but what was acknowledged; send the rest again when " +
            "there is room."),
        StoreBusyException => new(
            FailureKind.Unavailable,
            "Another program holds the lock of the collections' file. Nothing was kept but what was acknowledged; " +
            "send the rest again."),
        ReadEndedException or CollectionNotLoadedException => new(FailureKind.Unavailable, exception.Message),
        StoreStoppedException => new(
            FailureKind.Unavailable,
            "The file of the collections was removed, replaced or written to by somebody else, or its disk failed: " +
            "nothing is written until this server is restarted. Its log says what was found."),
        // Its message has paths of this machine: for the log, not for the caller.
        StoreException => new(
            FailureKind.Server,
            "The store failed, and this request was not acknowledged. " +
            "The x-request-id of this reply finds the reason in the server's log."),
        JsonException e => Invalid(JsonErrorMessage.Of(e), JsonErrorMessage.Param(e)) with
        {
            // The reader's own exception is inside of the serializer's; wrong types and unknown fields have none.
            Fault = e.InnerException is JsonException ? Fault.NotJson : Fault.WrongShape,
        },
        BadHttpRequestException { InnerException: JsonException inner } => Of(inner),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } e
            when BoundParameter().Match(e.Message) is { Success: true } match => Unbound(match),
        BadHttpRequestException { StatusCode: StatusCodes.Status400BadRequest } =>
            Invalid("The body must be a JSON object.") with { Fault = Fault.NotJson },
        BadHttpRequestException e => Of(e.StatusCode, ""),
        // Its message has paths of this machine too.
        ModelException => new(
            FailureKind.Server,
            "The model cannot be loaded. The x-request-id of this reply finds the reason in the server's log."),
        _ => new(
            FailureKind.Server,
            "The server had an error while processing your request. The x-request-id of this reply finds it in the " +
            "server's log."),
    };

    /// <param name="status">A status that the framework has set by itself.</param>
    /// <param name="detail">Method and path of the request.</param>
    public static Failure Of(int status, string detail) => status switch
    {
        StatusCodes.Status401Unauthorized => new(FailureKind.InvalidApiKey, detail),
        StatusCodes.Status404NotFound => new(
            new(status), $"Unknown route: {detail}. Try POST /v1/embeddings, GET /v1/models, or /swagger for all."),
        StatusCodes.Status405MethodNotAllowed => new(
            new(status), $"Not allowed: {detail}. The Allow header lists the methods of this route."),
        StatusCodes.Status408RequestTimeout => new(new(status), "The request did not arrive in time."),
        StatusCodes.Status413PayloadTooLarge => new(
            new(status), "The body is larger than this server accepts. Send fewer inputs at a time."),
        StatusCodes.Status415UnsupportedMediaType => new(
            FailureKind.UnsupportedBody, "The body must be JSON in UTF-8: send Content-Type: application/json."),
        StatusCodes.Status429TooManyRequests => new(FailureKind.TooManyRequests, Busy),
        StatusCodes.Status504GatewayTimeout => new(
            new(status), "The request took longer than this server lets one take. Send less at a time, or later."),
        >= 500 => new(new(status), "The server had an error while processing your request."),
        _ => new(new(status), $"The request failed with status {status}."),
    };

    /// <summary>What the web server refuses by itself, before there is a request.</summary>
    public static Failure OfServer(int status) => status switch
    {
        StatusCodes.Status400BadRequest => Invalid(
            "This is no request of HTTP: its first line or a header is wrong, or its path has an encoded U+0000."),
        StatusCodes.Status414UriTooLong => new(new(status), "The path of the request is too long."),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => new(
            new(status), "The headers of the request are too many, or too long."),
        StatusCodes.Status505HttpVersionNotsupported => new(new(status), "This server speaks HTTP/1.1 and HTTP/2."),
        _ => Of(status, ""),
    };

    private static Failure Invalid(string message, string? field = null) =>
        new(FailureKind.InvalidRequest, message, field);

    private static Failure Unbound(Match match)
    {
        var (type, name, value) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        return Invalid(
            $"Invalid '{name}': '{value}' is not {(type.Contains("bool") ? "true or false" : "a whole number")}.",
            name);
    }

    // The framework's own sentence for a query parameter that is no number or boolean; other parameters are strings.
    [GeneratedRegex("^Failed to bind parameter \"([^\"]*) (\\w+)\" from \"(.*)\"\\.$", RegexOptions.Singleline)]
    private static partial Regex BoundParameter();
}
