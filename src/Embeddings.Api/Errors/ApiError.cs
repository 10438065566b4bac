namespace Embeddings.Api.Errors;

/// <summary>What a failed request is told.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">OpenAI's kind of error.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
/// <param name="Param">The field at fault.</param>
/// <param name="Code">A word for programs.</param>
/// <param name="RetryAfter">When to come again, if that is known.</param>
internal sealed record ApiError(int Status, string Type, string Message, string? Param = null, string? Code = null, TimeSpan? RetryAfter = null)
{
    public static ApiError Invalid(string message, string? param = null, string? code = null, int status = StatusCodes.Status400BadRequest) =>
        new(status, "invalid_request_error", message, param, code);

    public static ApiError Server(string message, int status = StatusCodes.Status500InternalServerError) => new(status, "server_error", message);
}
