using System.Globalization;

namespace Embeddings.Api.Errors;

/// <summary>Writes every failure, the framework's own too, in the dialect of its endpoint.</summary>
internal sealed class FailureWriter : IProblemDetailsWriter
{
    // What a client sent is quoted in messages; a megabyte of it helps nobody.
    private const int LongestMessage = 1000;

    public bool CanWrite(ProblemDetailsContext context) => true;

    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var failure = context.Exception is { } exception
            ? ErrorTable.Of(exception)
            : ErrorTable.Of(http.Response.StatusCode, $"{http.Request.Method} {http.Request.Path}");
        failure = failure with
        {
            Message = Short(failure.Message),
            Model = failure.Model is { } model ? Short(model) : null,
        };
        var dialect = ErrorDialects.Of(http);
        http.Response.StatusCode = dialect.Status(failure);
        var isForLater = failure.Status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable;
        if (isForLater && http.Response.Headers.RetryAfter.Count == 0)
        {
            var seconds = failure.RetryAfter?.TotalSeconds ?? 1;
            http.Response.Headers.RetryAfter = seconds.ToString("0", CultureInfo.InvariantCulture);
            http.Response.Headers["retry-after-ms"] = (1000 * seconds).ToString("0", CultureInfo.InvariantCulture);
        }

        if (failure.Status == StatusCodes.Status401Unauthorized)
        {
            http.Response.Headers.WWWAuthenticate = "Bearer";
        }

        // After a 408 the rest of the body is not waited for: it would otherwise be read as the next request.
        if (failure.Status == StatusCodes.Status408RequestTimeout && HttpProtocol.IsHttp11(http.Request.Protocol))
        {
            http.Response.Headers.Connection = "close";
        }

        // Not the request's token: a client whose body was refused half-read must still get the reply.
        await WriteAsync(http.Response, dialect.Body(failure), CancellationToken.None);
    }

    private static Task WriteAsync(HttpResponse response, object? body, CancellationToken cancellationToken)
    {
        if (body is string text)
        {
            response.ContentType = "text/plain; charset=utf-8";
            return response.WriteAsync(text, cancellationToken);
        }

        return body is null
            ? Task.CompletedTask
            : response.WriteAsJsonAsync(body, body.GetType(), cancellationToken);
    }

    private static string Short(string message) =>
        message.Length <= LongestMessage ? message : message[..LongestMessage] + " …";
}
