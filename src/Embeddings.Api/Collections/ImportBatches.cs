using System.Runtime.CompilerServices;
using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Vectors;

namespace Embeddings.Api.Collections;

/// <summary>Options of an import.</summary>
/// <param name="Model">The model that embeds the texts, or whose vectors are sent; null for the collection's.</param>
/// <param name="Reembed">Whether vectors that are sent are ignored.</param>
/// <param name="SkipsErrors">Whether a wrong line is skipped instead of ending the import.</param>
/// <param name="IsFaiss">Whether the body is an index file of FAISS instead of lines.</param>
internal sealed record ImportOptions(string? Model, bool Reembed, bool SkipsErrors, bool IsFaiss);

/// <summary>Documents that are kept together.</summary>
/// <param name="Lines">With the numbers of their lines.</param>
/// <param name="Origin">What a header said of their vectors; null without one.</param>
/// <param name="Held">Bytes of the body that count as held for them.</param>
/// <param name="Unit">What the numbers count.</param>
internal sealed record ImportBatch(
    IReadOnlyList<(long Number, DocumentInput Document)> Lines, Origin? Origin, long Held, string Unit = "line");

/// <summary>
/// Makes batches of the lines of an import. Lines that come quickly make large batches; while the next line is waited
/// for, the lines so far are a batch.
/// </summary>
internal sealed class ImportBatches(
    ImportOptions options, SkippedLines skipped, JsonSerializerOptions json, LimitsOptions limits, TimeProvider time)
{
    /// <summary>The most documents of a batch.</summary>
    public const int BatchSize = 500;

    /// <summary>The most bytes of the body that a batch stands for.</summary>
    public const long MostBatchBytes = 8 << 20;

    private const int MostBufferBytes = 1 << 16;

    // Two batches and a buffer are in memory at a time, and other requests need memory too.
    private const int PartOfBudget = 8;

    // An import may be idle for ever, so its lines are not held in memory until there is a whole batch of them.
    private static readonly TimeSpan LongestHeld = TimeSpan.FromSeconds(1);

    // For reembed=true and a file without a header: the vectors are ignored, and the metric is the model's own.
    private static readonly Origin Reembedded = new(
        new CollectionSettings(null, 1, Metric.Cosine), null, IsReembedded: true);

    private readonly List<(long Number, DocumentInput Document)> _lines = [];
    private Origin? _origin = options.Reembed ? Reembedded : null;
    private Task _due = Task.CompletedTask;
    private long _held;

    /// <summary>The batches. What a header says counts from its line on.</summary>
    /// <exception cref="InvalidRequestException">A line is wrong, and is not to be skipped; or a header is.</exception>
    /// <exception cref="SlowBodyException">The end of a line has not arrived in time.</exception>
    public async IAsyncEnumerable<ImportBatch> ReadAsync(
        HeldBody body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isHeaderNew = false;
        var most = limits.MaxBodyBytesTogether / PartOfBudget;
        var (mostHeld, bufferSize) = (Math.Min(MostBatchBytes, most), (int)Math.Min(MostBufferBytes, most));
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var lines = JsonLines.ReadAsync(body, limits.MaxBodyBytes, bufferSize, end.Token).GetAsyncEnumerator(end.Token);
        var next = Task.FromResult(false);
        try
        {
            while (true)
            {
                next = lines.MoveNextAsync().AsTask();
                if (_lines.Count > 0 && !next.IsCompleted && await Task.WhenAny(next, _due) != next)
                {
                    yield return Take();
                    isHeaderNew = false;
                }

                if (!await next)
                {
                    break;
                }

                var line = lines.Current;
                if (line.Problem is null && ExportHeader.Read(line.Number, line.Bytes.Span, json) is { } header)
                {
                    if (_lines.Count > 0)
                    {
                        yield return Take();
                    }

                    (_origin, isHeaderNew) = (Following(_origin, line.Number, header), true);
                    body.Release(line.Held);
                    continue;
                }

                if (Parse(line) is { } document)
                {
                    Add(line, document, cancellationToken);
                }
                else
                {
                    body.Release(line.Held);
                }

                if (_lines.Count == BatchSize || _held > mostHeld)
                {
                    yield return Take();
                    isHeaderNew = false;
                }
            }
        }
        finally
        {
            // The enumerator cannot be disposed of while it waits for the next line.
            await end.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await lines.DisposeAsync();
        }

        // An empty collection was exported as a header alone.
        if (_lines.Count > 0 || isHeaderNew)
        {
            yield return Take();
        }
    }

    private void Add(JsonLine line, DocumentInput document, CancellationToken cancellationToken)
    {
        if (_lines.Count == 0)
        {
            _due = Task.Delay(LongestHeld, time, cancellationToken);
        }

        _lines.Add((line.Number, document));
        _held += line.Held;
    }

    private ImportBatch Take()
    {
        var batch = new ImportBatch([.. _lines], _origin, _held);
        _lines.Clear();
        _held = 0;
        return batch;
    }

    // Exports that were joined into one file must agree in model, dimensions and metric, unless their vectors are
    // ignored.
    private static Origin Following(Origin? before, long number, CollectionSettings header)
    {
        if (before is { IsReembedded: false } && before.Settings != header)
        {
            throw new InvalidRequestException(
                $"Line {number}: the lines from here on are of a collection of another model, prompt, dimensions or " +
                $"metric than {before.Where?.ToLowerInvariant()} says. " +
                "Import each export by itself, or all with reembed=true, which ignores the vectors and embeds " +
                "the texts.", "model");
        }

        return new Origin(header, $"Line {number}", before?.IsReembedded ?? false);
    }

    // Null when the line is skipped.
    private DocumentInput? Parse(JsonLine line)
    {
        try
        {
            return Document(line);
        }
        catch (InvalidRequestException exception) when (options.SkipsErrors)
        {
            skipped.Add(line.Number, exception.Message);
            return null;
        }
    }

    private DocumentInput Document(JsonLine line)
    {
        if (line.Problem is not null)
        {
            throw new InvalidRequestException($"Line {line.Number} {line.Problem}");
        }

        try
        {
            var document = JsonSerializer.Deserialize<DocumentInput>(line.Bytes.Span, json)
                ?? throw new InvalidRequestException($"Line {line.Number} is null; each line is a document.");
            return !options.Reembed
                ? document
                : document.Text is { Length: > 0 }
                    ? document with { Vector = null }
                    : throw new InvalidRequestException(
                        $"Line {line.Number} has no text: with reembed=true vectors are ignored, and every " +
                        "line needs a text to embed.",
                        "text");
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException(
                $"Line {line.Number}: {JsonErrorMessage.Of(exception)}", JsonErrorMessage.Param(exception));
        }
    }
}
