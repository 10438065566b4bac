using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Embeddings.Inference.Tests.Models;

/// <summary>A request that the hub saw.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Range">Its Range header.</param>
/// <param name="Authorization">Its Authorization header.</param>
public sealed record HubRequest(string Path, string Range, string Authorization);

/// <summary>
/// A hub on a loopback port that speaks <c>/{owner}/{name}/resolve/{revision}/{file}</c> with ranges, and misbehaves once for every
/// <see cref="Mishaps"/> queued.
/// </summary>
public sealed class HubServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private HubServer(WebApplication app) => _app = app;

    public ConcurrentDictionary<string, byte[]> Files { get; } = new();

    public ConcurrentQueue<HubRequest> Requests { get; } = new();

    /// <summary>Answers instead of the hub; true when it has.</summary>
    public ConcurrentQueue<Func<HttpContext, byte[], Task<bool>>> Mishaps { get; } = new();

    public bool IgnoresRanges { get; set; }

    public Uri Address => new(_app.Urls.First().TrimEnd('/') + "/");

    public static async Task<HubServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var hub = new HubServer(app);
        app.MapGet("/{owner}/{name}/resolve/{revision}/{**file}", hub.ResolveAsync);
        await app.StartAsync();
        return hub;
    }

    /// <summary>Sends half of what is asked for and cuts the connection.</summary>
    public static async Task<bool> CutAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
        await context.Response.Body.FlushAsync();

        // A reset overtakes what is still on its way: let it arrive.
        await Task.Delay(200);
        context.Abort();
        return true;
    }

    /// <summary>Answers a status, perhaps with Retry-After.</summary>
    public static Func<HttpContext, byte[], Task<bool>> Status(int status, string? retryAfter = null) => (context, _) =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return Task.FromResult(true);
    };

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ResolveAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        Requests.Enqueue(new HubRequest(path, request.Headers.Range.ToString(), request.Headers.Authorization.ToString()));
        if (!Files.TryGetValue(path, out var body))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var from = !IgnoresRanges && request.Headers.Range.ToString() is { Length: > 0 } range
            ? int.Parse(range["bytes=".Length..^1], CultureInfo.InvariantCulture)
            : 0;
        if (from > 0)
        {
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            context.Response.Headers.ContentRange = $"bytes {from}-{body.Length - 1}/{body.Length}";
        }

        if (!Mishaps.TryDequeue(out var mishap) || !await mishap(context, body[from..]))
        {
            context.Response.ContentLength = body.Length - from;
            await context.Response.Body.WriteAsync(body.AsMemory(from));
        }
    }
}
