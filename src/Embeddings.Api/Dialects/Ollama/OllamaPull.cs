using System.Text.Json;
using System.Threading.Channels;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Inference.Models;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>Pulls a model, and tells how far it is: a line of JSON now and then, or one object at the end.</summary>
internal sealed class OllamaPull(
    IModelSource source, TimeProvider time, IOptions<JsonOptions> json)
{
    private const string MediaType = "application/x-ndjson";

    private static readonly TimeSpan BetweenLines = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(ModelRequest request, HttpResponse response, CancellationToken cancellationToken)
    {
        var name = ModelManifest.WithoutLatest(
            OllamaNames.Local(request.Model is { Length: > 0 } model ? model : request.Name ?? ""));
        // The newest line is enough for a client that reads slowly.
        var lines = Channel.CreateBounded<PullProgress>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var work = PullAsync(name, lines.Writer, cancellationToken);
        if (request.Stream == false)
        {
            await work;
            await response.WriteAsJsonAsync(new PullProgress("success"), cancellationToken);
            return;
        }

        // What fails at once has a status of its own.
        if (work.IsFaulted)
        {
            await work;
        }

        response.ContentType = MediaType;
        try
        {
            await WriteAsync(response, new PullProgress("pulling manifest"), cancellationToken);
            await foreach (var line in lines.Reader.ReadAllAsync(cancellationToken))
            {
                await WriteAsync(response, line, cancellationToken);
                await Task.WhenAny(work, Task.Delay(BetweenLines, time, cancellationToken));
            }

            await work;
            await WriteAsync(response, new PullProgress("success"), cancellationToken);
        }
        catch (Exception exception) when (work.IsFaulted)
        {
            // The status is sent already, so the last line tells it.
            await WriteAsync(response, OllamaErrors.Instance.Body(ErrorTable.Of(exception)), cancellationToken);
            if (exception is not FailureException)
            {
                throw;
            }
        }
        finally
        {
            // The client may have gone in the middle.
            await work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PullAsync(string name, ChannelWriter<PullProgress> lines, CancellationToken cancellationToken)
    {
        try
        {
            await source.PullAsync(name, new Lines(lines), cancellationToken);
        }
        finally
        {
            lines.Complete();
        }
    }

    private async Task WriteAsync(HttpResponse response, object line, CancellationToken cancellationToken)
    {
        await response.WriteAsync(
            JsonSerializer.Serialize(line, json.Value.SerializerOptions) + "\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    // Progress<T> would report from other threads, out of order.
    private sealed class Lines(ChannelWriter<PullProgress> lines) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => lines.TryWrite(new PullProgress(
            $"pulling {value.File}",
            value.Sha256.Length > 0 ? $"sha256:{value.Sha256}" : null,
            value.BytesTotal,
            value.BytesDone));
    }
}
