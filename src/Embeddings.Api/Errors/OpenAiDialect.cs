using System.Text.Json.Serialization;

namespace Embeddings.Api.Errors;

/// <summary>OpenAI's envelope, without which its clients show no message at all.</summary>
internal sealed class OpenAiDialect : IErrorDialect
{
    public static readonly OpenAiDialect Instance = new();

    /// <summary>
    /// For paths that OpenAI's clients share with those of Jina and Voyage, which read the message in <c>detail</c>.
    /// </summary>
    public static readonly OpenAiDialect WithDetail = new() { _hasDetail = true };

    private bool _hasDetail;

    public object? Body(Failure failure) => Envelope(failure) with { Detail = _hasDetail ? failure.Message : null };

    public static ErrorEnvelope Envelope(Failure failure) => new(Error(failure));

    public static ErrorBody Error(Failure failure) =>
        new(failure.Message, Type(failure.Status), failure.Field, failure.Kind.Code);

    private static string Type(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => "requests",
        // The client chose the version of HTTP.
        StatusCodes.Status505HttpVersionNotsupported => "invalid_request_error",
        >= 500 => "server_error",
        _ => "invalid_request_error",
    };
}

/// <summary>The form of every failure.</summary>
/// <param name="Error">What failed.</param>
/// <param name="Detail">The message once more, on the routes that Jina's and Voyage's clients call too.</param>
public sealed record ErrorEnvelope(
    ErrorBody Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail = null);

/// <summary>What failed.</summary>
/// <param name="Message">What is wrong, where, and what to do.</param>
/// <param name="Type"><c>invalid_request_error</c>, <c>server_error</c> or <c>requests</c>.</param>
/// <param name="Param">The field with the error, or null.</param>
/// <param name="Code">The code of the error for programs, or null.</param>
public sealed record ErrorBody(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code);
