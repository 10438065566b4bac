using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Gemini;

/// <summary>
/// Gemini's failures: <c>{"error": {"code", "message", "status"}}</c>, whose status is a name of Google's error codes
/// (google.rpc.Code).
/// </summary>
internal sealed class GeminiErrors : IErrorDialect
{
    public static readonly GeminiErrors Instance = new();

    /// <inheritdoc/>
    public object Body(Failure failure) => new GeminiError(new GeminiErrorBody(
        failure.Status,
        failure.Model is { } model
            ? $"models/{model} is not found, or is not supported for embedContent. {failure.Message}"
            : failure.Message,
        Name(failure.Status)));

    private static string Name(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "UNAUTHENTICATED",
        StatusCodes.Status403Forbidden => "PERMISSION_DENIED",
        StatusCodes.Status404NotFound => "NOT_FOUND",
        StatusCodes.Status429TooManyRequests => "RESOURCE_EXHAUSTED",
        StatusCodes.Status408RequestTimeout or StatusCodes.Status504GatewayTimeout => "DEADLINE_EXCEEDED",
        StatusCodes.Status503ServiceUnavailable => "UNAVAILABLE",
        >= 500 => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };
}
