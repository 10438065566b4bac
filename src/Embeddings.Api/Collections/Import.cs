using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Api.Hosting;
using Embeddings.Api.Json;
using Embeddings.Storage;
using Embeddings.Vectors;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Collections;

/// <summary>How far an import has come.</summary>
/// <param name="Imported">Documents kept so far: on the disk, and found by every search.</param>
/// <param name="Done">Whether these are all.</param>
/// <param name="Error">What ended it before the end; documents of the line's batch, up to 500, were not kept.</param>
public sealed record ImportProgress(long Imported, bool Done, ErrorBody? Error);

/// <summary>Takes documents line by line and keeps them batch by batch, with a line of progress now and then, in the reply and in the log.</summary>
internal sealed partial class Import(
    CollectionsHandler handler, IOptions<JsonOptions> json, IOptions<LimitsOptions> limits, TimeProvider time, ILogger<Import> logger)
{
    private const int BatchSize = 500;
    private const long MostBatchBytes = 8 << 20;

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(1);

    // Of a file without a header: what the vectors are does not matter, and the metric is the model's own.
    private static readonly Origin Reembedded = new(new CollectionSettings(null, 1, Metric.Cosine), 0, IsReembedded: true);

    /// <summary>Imports a body. What fails before the first progress fails as any request does; what fails later is in the last line.</summary>
    public async Task RunAsync(string name, string? model, bool reembed, HttpContext context, CancellationToken cancellationToken)
    {
        handler.CheckTarget(name, model);
        var (start, imported) = (time.GetTimestamp(), 0L);
        long? shown = null;
        var keeping = Task.FromResult(0);
        try
        {
            // One batch is parsed while the one before is embedded and kept.
            await foreach (var batch in BatchesAsync(context.Request.Body, reembed, cancellationToken))
            {
                imported += await keeping;
                if (imported > 0 && (shown is null || time.GetElapsedTime(shown.Value) >= ProgressEvery))
                {
                    shown = time.GetTimestamp();
                    LogProgress(imported, name, imported / time.GetElapsedTime(start).TotalSeconds);
                    await WriteAsync(context.Response, new ImportProgress(imported, false, null), cancellationToken);
                }

                keeping = KeepAsync(name, batch, model, isBegun: imported > 0, cancellationToken);
            }

            imported += await keeping;
            keeping = Task.FromResult(0);
            await WriteAsync(context.Response, new ImportProgress(imported, true, null), cancellationToken);
            LogDone(imported, name, time.GetElapsedTime(start).TotalSeconds);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What is wrong in a line does not undo the batch before it.
            imported += await OrNothingAsync(keeping);
            if (imported == 0)
            {
                throw;
            }

            var error = ErrorTable.Of(exception);
            LogFailed(exception, imported, name);
            await WriteAsync(context.Response, new ImportProgress(imported, false, new ErrorBody(error.Message, error.Type, error.Param, error.Code)), cancellationToken);
        }
    }

    private async Task<int> KeepAsync(string name, Batch batch, string? model, bool isBegun, CancellationToken cancellationToken)
    {
        await handler.UpsertAsync(
            name, [.. batch.Lines.Select(line => line.Document)], model, i => $"line {batch.Lines[i].Number}", cancellationToken, isBegun, batch.Origin);
        return batch.Lines.Count;
    }

    private static async Task<int> OrNothingAsync(Task<int> keeping)
    {
        try
        {
            return await keeping;
        }
        catch (Exception)
        {
            // The caller reports a failure already.
            return 0;
        }
    }

    // What a header says counts from its line on.
    private async IAsyncEnumerable<Batch> BatchesAsync(
        Stream body, bool reembed, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new Batch([], reembed ? Reembedded : null);
        var (bytes, isHeaderNew) = (0L, false);
        await foreach (var (number, line) in JsonLines.ReadAsync(body, limits.Value.MaxBodyBytes, cancellationToken))
        {
            if (ExportHeader.Read(number, line.Span, json.Value.SerializerOptions) is { } header)
            {
                if (batch.Lines.Count > 0)
                {
                    yield return batch;
                }

                (batch, bytes, isHeaderNew) = (new Batch([], Following(batch.Origin, number, header)), 0, true);
                continue;
            }

            batch.Lines.Add((number, Parse(number, line, reembed)));
            bytes += line.Length;
            if (batch.Lines.Count == BatchSize || bytes > MostBatchBytes)
            {
                yield return batch;
                (batch, bytes, isHeaderNew) = (batch with { Lines = [] }, 0, false);
            }
        }

        // An empty collection was exported as a header alone.
        if (batch.Lines.Count > 0 || isHeaderNew)
        {
            yield return batch;
        }
    }

    // Exports that were put together into one file must be of one kind, or else their vectors do not matter.
    private static Origin Following(Origin? before, long number, CollectionSettings header)
    {
        if (before is { IsReembedded: false } && before.Settings != header)
        {
            throw new InvalidRequestException(
                $"Line {number}: the lines from here on are of a collection of another model, dimensions or metric than line {before.Line} says. " +
                "Import each export by itself, or all with reembed=true, which ignores the vectors and embeds the texts.", "model");
        }

        return new Origin(header, number, before?.IsReembedded ?? false);
    }

    private DocumentInput Parse(long number, ReadOnlyMemory<byte> line, bool reembed)
    {
        try
        {
            var document = JsonSerializer.Deserialize<DocumentInput>(line.Span, json.Value.SerializerOptions)
                ?? throw new InvalidRequestException($"Line {number} is null; each line is a document.");
            return !reembed
                ? document
                : document.Text is { Length: > 0 }
                    ? document with { Vector = null }
                    : throw new InvalidRequestException($"Line {number} has no text: with reembed=true vectors are ignored, and every line needs a text to embed.", "text");
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Line {number}: {JsonErrorMessage.Of(exception)}", JsonErrorMessage.Param(exception));
        }
    }

    private async Task WriteAsync(HttpResponse response, ImportProgress progress, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "application/x-ndjson";
        }

        await response.WriteAsync(JsonSerializer.Serialize(progress, json.Value.SerializerOptions) + "\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    private sealed record Batch(List<(long Number, DocumentInput Document)> Lines, Origin? Origin);

    [LoggerMessage(LogLevel.Information, "Importing into {Collection}: {Imported} documents, {Rate:0} a second")]
    private partial void LogProgress(long imported, string collection, double rate);

    [LoggerMessage(LogLevel.Information, "Imported {Imported} documents into {Collection} in {Seconds:0.0} s")]
    private partial void LogDone(long imported, string collection, double seconds);

    [LoggerMessage(LogLevel.Warning, "The import into {Collection} ended after {Imported} documents")]
    private partial void LogFailed(Exception exception, long imported, string collection);
}
