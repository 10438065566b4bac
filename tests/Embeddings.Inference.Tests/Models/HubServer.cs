using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
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
/// A hub on a loopback port that speaks <c>/{owner}/{name}/resolve/{revision}/{file}</c> with ranges, and of
/// <see cref="Commits"/> the API that lists a repository's files. It misbehaves once for every file asked for with
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

    /// <summary>Repository → the commit that its branch <c>main</c> is at.</summary>
    public ConcurrentDictionary<string, string> Commits { get; } = new();

    /// <summary>Path of a file → what the API says of its SHA-256, where that is not the truth.</summary>
    public ConcurrentDictionary<string, string> WrongHashes { get; } = new();

    /// <summary>Whether it lists files; mirrors do not.</summary>
    public bool HasApi { get; set; } = true;

    /// <summary>Whether its answers tell the commit.</summary>
    public bool TellsCommits { get; set; } = true;

    /// <summary>The status that the API answers instead.</summary>
    public int? ApiStatus { get; set; }

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
        app.MapMethods("/{owner}/{name}/resolve/{revision}/{**file}", ["HEAD"], hub.Describe);
        app.MapGet("/api/models/{owner}/{name}/revision/{revision}", hub.List);
        await app.StartAsync();
        return hub;
    }

    /// <summary>Sends half of what is asked for and cuts the connection.</summary>
    public static async Task<bool> CutAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2));
        await context.Response.Body.FlushAsync();

        // A reset discards bytes that have not arrived yet, so wait until they have.
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

    // What the real hub answers to ?blobs=true, as far as it matters: weights are in Git LFS, which knows their
    // SHA-256, and small files are not.
    private IResult List(string owner, string name, string revision)
    {
        Requests.Enqueue(new HubRequest($"/api/models/{owner}/{name}/revision/{revision}", "", ""));
        if (ApiStatus is { } status)
        {
            return Results.StatusCode(status);
        }

        if (!HasApi || !Commits.TryGetValue($"{owner}/{name}", out var commit)
            || (revision != "main" && revision != commit))
        {
            return Results.NotFound();
        }

        var prefix = $"/{owner}/{name}/resolve/{commit}/";
        return Results.Json(new
        {
            id = $"{owner}/{name}",
            sha = commit,
            tags = new[] { "onnx", "license:mit" },
            siblings = Files.Where(file => file.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(file => file.Key.Contains(".onnx", StringComparison.Ordinal)
                ? new { rfilename = file.Key[prefix.Length..], size = file.Value.Length, lfs = new { sha256 = HashOf(file.Key), size = file.Value.Length } }
                : (object)new { rfilename = file.Key[prefix.Length..], size = file.Value.Length }),
        });
    }

    private void Describe(HttpContext context, string owner, string name, string revision, string file)
    {
        var commit = Commits.GetValueOrDefault($"{owner}/{name}");
        var path = $"/{owner}/{name}/resolve/{(revision == "main" ? commit : revision)}/{file}";
        if (!Files.TryGetValue(path, out var body))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (TellsCommits)
        {
            context.Response.Headers["X-Repo-Commit"] = commit;
        }

        if (!file.Contains(".onnx", StringComparison.Ordinal))
        {
            context.Response.ContentLength = body.Length;
            return;
        }

        // As the real one: the store behind it has the bytes, and the hub itself tells what they are.
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = "/store/" + file;
        context.Response.Headers["X-Linked-Size"] = body.Length.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["X-Linked-ETag"] = $"\"{HashOf(path)}\"";
    }

    private string HashOf(string path) =>
        WrongHashes.GetValueOrDefault(path) ?? Convert.ToHexStringLower(SHA256.HashData(Files[path]));

    private async Task ResolveAsync(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!;
        Requests.Enqueue(
            new HubRequest(path, request.Headers.Range.ToString(), request.Headers.Authorization.ToString()));
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
