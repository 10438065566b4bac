using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Collections;

/// <summary>Progress of an import.</summary>
/// <param name="Imported">Documents stored so far: on disk, and found by every search.</param>
/// <param name="Done">Whether these are all.</param>
/// <param name="Error">What ended it before the end; documents of the line's batch, up to 500, were not kept.</param>
/// <param name="Skipped">With <c>on_error=skip</c>: lines that were wrong so far.</param>
/// <param name="SkippedLines">With <c>on_error=skip</c>, in the last line: the first 100 of them.</param>
public sealed record ImportProgress(
    long Imported, bool Done, ErrorBody? Error,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Skipped,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SkippedLine>? SkippedLines);

/// <summary>
/// Takes documents line by line, or row by row of an index file, and keeps them batch by batch, with a line of progress now and then, in the reply and
/// in the log.
/// </summary>
internal sealed partial class Import(
    CollectionsHandler handler, IOptions<JsonOptions> json, IOptions<LimitsOptions> limits, TimeProvider time,
    ILogger<Import> logger)
{
    public const string MediaType = "application/x-ndjson";

    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Imports a body. A failure before the first line of progress is answered as for any request; a later one is in
    /// the last line of the reply.
    /// </summary>
    public async Task RunAsync(
        string name, ImportOptions options, HttpContext context, CancellationToken cancellationToken)
    {
        var target = await handler.CheckTargetAsync(name, options.Model, cancellationToken);
        var (start, kept, skipped) = (time.GetTimestamp(), new KeptDocuments(), new SkippedLines());
        long? shown = null;
        var keeping = Task.CompletedTask;
        var body = (HeldBody)context.Request.Body;
        var batches = options.IsFaiss
            ? FaissBatches.ReadAsync(body, target, cancellationToken)
            : new ImportBatches(options, skipped, json.Value.SerializerOptions, limits.Value, time)
                .ReadAsync(body, cancellationToken);
        try
        {
            // One batch is parsed while the one before is embedded and kept.
            await foreach (var batch in batches)
            {
                await keeping;
                if (kept.Count > 0 && (shown is null || time.GetElapsedTime(shown.Value) >= ProgressEvery))
                {
                    shown = time.GetTimestamp();
                    LogProgress(kept.Count, name, kept.Count / time.GetElapsedTime(start).TotalSeconds);
                    await WriteAsync(context.Response, kept, Progress(isLast: false), cancellationToken);
                }

                keeping = KeepAsync(batch);
            }

            await keeping;
            await WriteAsync(context.Response, kept, Progress(isLast: true) with { Done = true }, cancellationToken);
            LogDone(kept.Count, name, time.GetElapsedTime(start).TotalSeconds, skipped.Count);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // The batch before the wrong line is finished first. If it fails too, the failure of the line is the one
            // that is reported.
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (kept.Count == 0)
            {
                throw;
            }

            var failure = ErrorTable.Of(exception);
            LogFailure(exception, failure, kept.Count, name);
            await WriteAsync(
                context.Response, kept, Progress(isLast: true) with { Error = OpenAiDialect.Error(failure) },
                cancellationToken);
        }

        ImportProgress Progress(bool isLast) => new(
            kept.Count,
            false,
            null,
            options.SkipsErrors ? skipped.Count : null,
            options.SkipsErrors && isLast ? skipped.First : null);

        async Task KeepAsync(ImportBatch batch)
        {
            await this.KeepAsync(name, batch, options, kept, skipped, cancellationToken);
            // Released at once: the next batch may come in an hour.
            body.Release(batch.Held);
        }
    }

    // Each turn of the loop leaves out one wrong line. Documents before that line whose texts were embedded already are
    // kept first, since their vectors would otherwise be lost.
    private async Task KeepAsync(
        string name, ImportBatch batch, ImportOptions options, KeptDocuments kept, SkippedLines skipped,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var lines = batch.Lines;
                var reply = await handler.UpsertAsync(
                    name,
                    [.. lines.Select(line => line.Document)],
                    options.Model,
                    i => $"{batch.Unit} {lines[i].Number}",
                    cancellationToken,
                    kept.Count > 0,
                    batch.Origin);
                kept.Summary = kept.Summary.And(reply.Summary);
                kept.Count += lines.Count;
                return;
            }
            catch (InvalidRequestException exception) when (options.SkipsErrors && exception.Item is not null)
            {
                var wrong = exception.Item.Value;
                skipped.Add(batch.Lines[wrong].Number, exception.Message);
                var before = wrong < InputVectors.TextsAtATime ? 0 : wrong;
                if (before > 0)
                {
                    await KeepAsync(
                        name,
                        batch with { Lines = [.. batch.Lines.Take(before)] },
                        options,
                        kept,
                        skipped,
                        cancellationToken);
                }

                batch =
                    batch with { Lines = [.. batch.Lines.Take(wrong).Skip(before), .. batch.Lines.Skip(wrong + 1)] };
                if (batch.Lines.Count == 0)
                {
                    return;
                }
            }
        }
    }

    private async Task WriteAsync(
        HttpResponse response, KeptDocuments kept, ImportProgress progress, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = MediaType;
            kept.Summary.WriteTo(response.Headers);
        }

        await response.WriteAsync(
            JsonSerializer.Serialize(progress, json.Value.SerializerOptions) + "\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
    }

    // Of a client's mistake only the kind is logged, since the message may hold the client's text.
    private void LogFailure(Exception exception, Failure failure, long imported, string name)
    {
        if (failure.Status >= StatusCodes.Status500InternalServerError)
        {
            LogFailed(exception, imported, name);
        }
        else
        {
            LogRefused(imported, name, failure.Kind.Code ?? exception.GetType().Name);
        }
    }

    [LoggerMessage(LogLevel.Information, "Importing into {Collection}: {Imported} documents, {Rate:0} a second")]
    private partial void LogProgress(long imported, string collection, double rate);

    [LoggerMessage(LogLevel.Information, "Imported {Imported} documents into {Collection} in {Seconds:0.0} s, " +
        "{Skipped} lines skipped")]
    private partial void LogDone(long imported, string collection, double seconds, long skipped);

    [LoggerMessage(LogLevel.Warning, "The import into {Collection} ended after {Imported} documents")]
    private partial void LogFailed(Exception exception, long imported, string collection);

    [LoggerMessage(LogLevel.Warning, "The import into {Collection} ended after {Imported} documents: {Error}")]
    private partial void LogRefused(long imported, string collection, string error);

    /// <summary>
    /// How many documents were kept, also by a batch that fails in the middle. Written by the batch that is being kept,
    /// read between two of them.
    /// </summary>
    private sealed class KeptDocuments
    {
        public long Count { get; set; }

        public EmbeddingSummary Summary { get; set; } = EmbeddingSummary.None;
    }
}
