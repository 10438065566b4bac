using Embeddings.Storage;
using Microsoft.AspNetCore.Diagnostics;
using Serilog;

namespace Embeddings.Api.Errors;

/// <summary>
/// Hands every exception to the one error writer, and logs only what is the server's own fault: a client's mistake is in the request log
/// with its status, and its message may hold the client's words; "not ready yet" (503) is no fault. A store that has stopped is one, under whatever status.
/// </summary>
internal sealed partial class ExceptionLog(IProblemDetailsService problems, IDiagnosticContext diagnostics, ILogger<ExceptionLog> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        var failure = ErrorTable.Of(exception);
        diagnostics.Set("Error", failure.Kind.Code ?? exception.GetType().Name);
        if ((failure.Status == StatusCodes.Status500InternalServerError || exception is StoreStoppedException) && !httpContext.RequestAborted.IsCancellationRequested)
        {
            LogFailure(exception, httpContext.TraceIdentifier);
        }

        httpContext.Response.StatusCode = failure.Status;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = httpContext, Exception = exception });
    }

    [LoggerMessage(LogLevel.Error, "Request {RequestId} failed")]
    private partial void LogFailure(Exception exception, string requestId);
}
