using System.Globalization;

namespace Embeddings.Api.OpenAi;

/// <summary>Headers of every reply: <c>x-request-id</c> (the caller's, if it sent a usable one), <c>openai-processing-ms</c>, <c>openai-version</c>.</summary>
internal sealed class ReplyHeaders(RequestDelegate next, TimeProvider time)
{
    public const string RequestId = "x-request-id";
    public const string ProcessingMilliseconds = "openai-processing-ms";
    public const string Version = "openai-version";
    public const string Model = "openai-model";
    public const string TruncatedInputs = "x-truncated-inputs";

    private const int LongestRequestId = 128;

    public Task InvokeAsync(HttpContext context)
    {
        var start = time.GetTimestamp();
        var sent = context.Request.Headers[RequestId].ToString();
        context.TraceIdentifier = IsUsable(sent) ? sent : "req_" + Guid.NewGuid().ToString("N");
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers[RequestId] = context.TraceIdentifier;
            headers[ProcessingMilliseconds] = ((long)time.GetElapsedTime(start).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            headers[Version] = "2020-10-01";
            return Task.CompletedTask;
        });
        return next(context);
    }

    // It goes into a header and into the log: nothing there but what ids are made of.
    private static bool IsUsable(string id) =>
        id.Length is > 0 and <= LongestRequestId && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':');
}
