using System.Globalization;
using System.Text.Json.Serialization;

namespace Embeddings.Api.Errors;

/// <summary>Writes every failure, the framework's own too, in OpenAI's envelope, which its clients need to show a message at all.</summary>
internal sealed class OpenAiErrorWriter : IProblemDetailsWriter
{
    // What a client sent is quoted in messages; a megabyte of it helps nobody.
    private const int LongestMessage = 1000;

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var error = context.Exception is { } exception
            ? ErrorTable.Of(exception)
            : ErrorTable.Of(http.Response.StatusCode, $"{http.Request.Method} {http.Request.Path}");
        http.Response.StatusCode = error.Status;
        if (error.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable && http.Response.Headers.RetryAfter.Count == 0)
        {
            var seconds = error.RetryAfter?.TotalSeconds ?? 1;
            http.Response.Headers.RetryAfter = seconds.ToString("0", CultureInfo.InvariantCulture);
            http.Response.Headers["retry-after-ms"] = (1000 * seconds).ToString("0", CultureInfo.InvariantCulture);
        }

        if (error.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        // The rest of the body is not waited for either.
        if (error.Status == StatusCodes.Status408RequestTimeout && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.Headers.Connection = "close";
        }

        // Not the request's token: a body that was refused half-read must not lose its answer.
        await http.Response.WriteAsJsonAsync(
            new ErrorEnvelope(new ErrorBody(Short(error.Message), error.Type, error.Param, error.Code)), CancellationToken.None);
    }

    private static string Short(string message) => message.Length <= LongestMessage ? message : message[..LongestMessage] + " …";
}

/// <summary>How every failure looks.</summary>
/// <param name="Error">What failed.</param>
public sealed record ErrorEnvelope(ErrorBody Error);

/// <summary>What failed.</summary>
/// <param name="Message">What is wrong, where, and what to do.</param>
/// <param name="Type"><c>invalid_request_error</c>, <c>server_error</c> or <c>requests</c>.</param>
/// <param name="Param">The field at fault, or null.</param>
/// <param name="Code">A word for programs, or null.</param>
public sealed record ErrorBody(
    string Message,
    string Type,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Param,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Code);
