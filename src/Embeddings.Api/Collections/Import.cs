using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Api.Hosting;
using Embeddings.Api.Json;
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

    /// <summary>Imports a body. What fails before the first progress fails as any request does; what fails later is in the last line.</summary>
    public async Task RunAsync(string name, string? model, HttpContext context, CancellationToken cancellationToken)
    {
        handler.CheckTarget(name, model);
        var (start, imported) = (time.GetTimestamp(), 0L);
        long? shown = null;
        var keeping = Task.FromResult(0);
        try
        {
            // One batch is parsed while the one before is embedded and kept.
            await foreach (var batch in BatchesAsync(context.Request.Body, cancellationToken))
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

    private async Task<int> KeepAsync(string name, List<(long Number, DocumentInput Document)> batch, string? model, bool isBegun, CancellationToken cancellationToken)
    {
        await handler.UpsertAsync(name, [.. batch.Select(line => line.Document)], model, i => $"line {batch[i].Number}", cancellationToken, isBegun);
        return batch.Count;
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

    private async IAsyncEnumerable<List<(long Number, DocumentInput Document)>> BatchesAsync(
        Stream body, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var batch = new List<(long, DocumentInput)>();
        var bytes = 0L;
        await foreach (var (number, line) in JsonLines.ReadAsync(body, limits.Value.MaxBodyBytes, cancellationToken))
        {
            batch.Add((number, Parse(number, line)));
            bytes += line.Length;
            if (batch.Count == BatchSize || bytes > MostBatchBytes)
            {
                yield return batch;
                (batch, bytes) = ([], 0);
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private DocumentInput Parse(long number, ReadOnlyMemory<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize<DocumentInput>(line.Span, json.Value.SerializerOptions)
                ?? throw new InvalidRequestException($"Line {number} is null; each line is a document.");
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

    [LoggerMessage(LogLevel.Information, "Importing into {Collection}: {Imported} documents, {Rate:0} a second")]
    private partial void LogProgress(long imported, string collection, double rate);

    [LoggerMessage(LogLevel.Information, "Imported {Imported} documents into {Collection} in {Seconds:0.0} s")]
    private partial void LogDone(long imported, string collection, double seconds);

    [LoggerMessage(LogLevel.Warning, "The import into {Collection} ended after {Imported} documents")]
    private partial void LogFailed(Exception exception, long imported, string collection);
}
