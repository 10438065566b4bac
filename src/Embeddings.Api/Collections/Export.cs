using System.Buffers;
using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Wire;
using Embeddings.Storage;

namespace Embeddings.Api.Collections;

/// <summary>Writes a collection as JSON Lines or as an index file of FAISS, in the memory of a few documents.</summary>
internal sealed class Export(CollectionStore collections)
{
    public const string FaissMediaType = "application/octet-stream";

    private const int FlushedAtOnce = 1 << 16;

    public async Task RunAsync(string name, string? format, HttpContext context, CancellationToken cancellationToken)
    {
        _ = await collections.FindAsync(name, cancellationToken);
        var (type, extension) = IsFaiss(format) ? (FaissMediaType, "faiss") : (Import.MediaType, "jsonl");
        var response = context.Response;
        response.ContentType = type;
        response.Headers.ContentDisposition = $"attachment; filename=\"{name}.{extension}\"";
        try
        {
            await collections.OnAsync(name, async collection =>
            {
                await (extension == "faiss"
                    ? collection.WriteFaissAsync(response.Body, cancellationToken)
                    : WriteLinesAsync(collection, response, cancellationToken));
                return true;
            });
        }
        catch (ReadEndedException) when (response.HasStarted)
        {
            // Every client sees that a body was cut off. One that ends as usual would be taken for the whole.
            context.Abort();
        }
    }

    /// <summary>Whether the format is an index file of FAISS, and not JSON Lines.</summary>
    public static bool IsFaiss(string? format) => format switch
    {
        null or "jsonl" => false,
        "faiss" => true,
        _ => throw new InvalidRequestException(
            $"Invalid value for 'format' = {format}. Supported values: ['jsonl', 'faiss'].", "format"),
    };

    private static async Task WriteLinesAsync(
        IDocumentCollection collection, HttpResponse response, CancellationToken cancellationToken)
    {
        // The first document before anything is written: from then on the rows are those of this collection, even if it
        // moves to another model.
        await using var documents = collection.ReadAllAsync(DocumentParts.All, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        var isDocument = await documents.MoveNextAsync();
        var pipe = response.BodyWriter;
        await using var writer = new Utf8JsonWriter(pipe);
        ExportHeader.Of(collection.Info).Write(writer);
        writer.Flush();
        writer.Reset();
        pipe.Write("\n"u8);
        var unflushed = 0L;
        for (; isDocument; isDocument = await documents.MoveNextAsync())
        {
            Write(writer, documents.Current);
            writer.Flush();
            unflushed += writer.BytesCommitted;
            writer.Reset();
            pipe.Write("\n"u8);
            if (unflushed >= FlushedAtOnce)
            {
                await pipe.FlushAsync(cancellationToken);
                // A reader that keeps up is never waited for: others' requests would, for this thread.
                await Task.Yield();
                unflushed = 0;
            }
        }

        await pipe.FlushAsync(cancellationToken);
    }

    private static void Write(Utf8JsonWriter writer, Document document)
    {
        writer.WriteStartObject();
        writer.WriteString("id", document.Id);
        if (document.Text is not null)
        {
            writer.WriteString("text", document.Text);
        }

        if (document.Metadata is { } metadata)
        {
            writer.WritePropertyName("metadata");
            writer.WriteRawValue(metadata.Json, skipInputValidation: true);
        }

        writer.WriteStartArray("vector");
        foreach (var number in document.Vector.Span)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
        writer.WriteNumber("faiss_id", document.Number);
        writer.WriteEndObject();
    }
}

/// <summary>A line of an export: a document as import takes it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">The document's text, if it has one.</param>
/// <param name="Metadata">The document's metadata, if it has any.</param>
/// <param name="Vector">The vector that searches compare.</param>
/// <param name="FaissId">Its id in the index file.</param>
public sealed record ExportedDocument(
    string Id, string? Text, RawJson? Metadata, IReadOnlyList<float> Vector, long FaissId);
