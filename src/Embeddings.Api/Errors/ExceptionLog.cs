using Embeddings.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Serilog;

namespace Embeddings.Api.Errors;

/// <summary>
/// Hands every exception to the one error writer, and logs those that are the server's fault: status 500, and a store
/// that has stopped. A client's mistake is only in the request log, with its status, since its message may hold the
/// client's text.
/// </summary>
internal sealed partial class ExceptionLog(
    IProblemDetailsService problems, IDiagnosticContext diagnostics, ILogger<ExceptionLog> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(
        HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var failure = ErrorTable.Of(exception);
        diagnostics.Set("Error", failure.Kind.Code ?? exception.GetType().Name);
        if ((failure.Status == StatusCodes.Status500InternalServerError || exception is StoreStoppedException)
            && !httpContext.RequestAborted.IsCancellationRequested)
        {
            LogFailure(exception, httpContext.TraceIdentifier);
        }

        httpContext.Response.StatusCode = failure.Status;
        return await problems.TryWriteAsync(
            new ProblemDetailsContext { HttpContext = httpContext, Exception = exception });
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed")]
    private partial void LogFailure(Exception exception, string requestId);
}
