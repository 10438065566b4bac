using System.Globalization;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// Headers of every reply: <c>x-request-id</c> (the caller's, if it sent a usable one), <c>openai-processing-ms</c>,
/// <c>openai-version</c>.
/// </summary>
internal sealed class ReplyHeaders(RequestDelegate next, TimeProvider time)
{
    private const int LongestRequestId = 128;

    public Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        var sent = context.Request.Headers[ReplyHeaderNames.RequestId].ToString();
        context.TraceIdentifier = IsUsable(sent) ? sent : "req_" + Guid.NewGuid().ToString("N");
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers[ReplyHeaderNames.RequestId] = context.TraceIdentifier;
            headers[ReplyHeaderNames.ProcessingMilliseconds] = ((long)time.GetElapsedTime(start).TotalMilliseconds)
                .ToString(CultureInfo.InvariantCulture);
            headers[ReplyHeaderNames.Version] = "2020-10-01";
            return Task.CompletedTask;
        });
        return next(context);
    }

    // The id goes into a header and into the log, so it may have only characters of ids.
    private static bool IsUsable(string id) =>
        id.Length is > 0 and <= LongestRequestId
            && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
