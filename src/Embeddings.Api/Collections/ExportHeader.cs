using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Storage;
using Embeddings.Vectors.Index;

namespace Embeddings.Api.Collections;

/// <summary>
/// The first line of an export: an object with the one field <c>collection</c>, which no document can be, since a
/// document has a text or a vector.
/// </summary>
/// <param name="Collection">What was exported.</param>
public sealed record ExportHeader(ExportedVectors Collection)
{
    private const string Field = "collection";

    // An import keeps the name and the prompts in memory as long as it runs.
    private const int LongestModel = 512;
    private const int LongestPrompt = 4096;

    internal static ExportHeader Of(CollectionInfo info) =>
        new(
            new ExportedVectors(
                info.Name, info.Settings.Model, info.Settings.Dimensions, ContractWords.NameOf(info.Settings.Metric),
                info.Settings.DocumentPrompt, info.Settings.QueryPrompt));

    /// <summary>Reads a line as a header; null when the line is none.</summary>
    /// <exception cref="InvalidRequestException">The line is a header, and wrong.</exception>
    internal static CollectionSettings? Read(long number, ReadOnlySpan<byte> line, JsonSerializerOptions options)
    {
        if (!IsHeader(line))
        {
            return null;
        }

        try
        {
            var header = JsonSerializer.Deserialize<ExportHeader>(line, options)!.Collection;
            if (new[] { header.DocumentPrompt, header.QueryPrompt }.Any(prompt => prompt?.Length > LongestPrompt))
            {
                throw new InvalidRequestException(
                    $"Line {number}: a prompt of 'collection' has more than {LongestPrompt} characters.", Field);
            }

            if (header.Model?.Length > LongestModel)
            {
                throw new InvalidRequestException(
                    $"Line {number}: 'collection.model' has {header.Model.Length} characters, more than " +
                    $"{LongestModel}.",
                    Field);
            }

            return header.Dimensions is >= 1 and <= FlatIndex.MaxDimensions
                ? new CollectionSettings(header.Model, header.Dimensions, ContractWords.MetricOf(header.Metric))
                {
                    DocumentPrompt = header.DocumentPrompt,
                    QueryPrompt = header.QueryPrompt,
                }
                : throw new InvalidRequestException(
                    $"Line {number}: 'collection.dimensions' is {header.Dimensions}, not between 1 and " +
                    $"{FlatIndex.MaxDimensions}.",
                    Field);
        }
        catch (InvalidRequestException exception) when (exception.Field == "metric")
        {
            throw new InvalidRequestException($"Line {number}: {exception.Message}", Field);
        }
        catch (JsonException exception)
        {
            throw new InvalidRequestException($"Line {number}: {JsonErrorMessage.Of(exception)}", Field);
        }
    }

    internal void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartObject(Field);
        writer.WriteString("name", Collection.Name);
        writer.WriteString("model", Collection.Model);
        writer.WriteNumber("dimensions", Collection.Dimensions);
        writer.WriteString("metric", Collection.Metric);
        WriteKnown(writer, "document_prompt", Collection.DocumentPrompt);
        WriteKnown(writer, "query_prompt", Collection.QueryPrompt);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void WriteKnown(Utf8JsonWriter writer, string name, string? value)
    {
        if (value is not null)
        {
            writer.WriteString(name, value);
        }
    }

    // Only the first bytes are looked at: most lines are documents, and should be parsed once.
    private static bool IsHeader(ReadOnlySpan<byte> line)
    {
        var reader = new Utf8JsonReader(line);
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && reader.Read() && reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals(Field)
                && reader.Read() && reader.TokenType == JsonTokenType.StartObject
                && reader.TrySkip() && reader.Read() && reader.TokenType == JsonTokenType.EndObject;
        }
        catch (JsonException)
        {
            // The line is then read as a document, which says what is wrong with it.
            return false;
        }
    }
}

/// <summary>What the vectors of an export are.</summary>
/// <param name="Name">Name of the collection; import takes the one of its route.</param>
/// <param name="Model">Id of the model whose vectors they are, or null.</param>
/// <param name="Dimensions">Numbers in a vector.</param>
/// <param name="Metric"><c>cosine</c>, <c>dot</c> or <c>euclidean</c>.</param>
/// <param name="DocumentPrompt">What was put before the texts of documents; absent if it is not known.</param>
/// <param name="QueryPrompt">What is put before queries; absent if it is not known.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record ExportedVectors(
    string? Name, string? Model, int Dimensions, string? Metric, string? DocumentPrompt = null,
    string? QueryPrompt = null);

/// <summary>What an import says of its vectors.</summary>
/// <param name="Settings">Those of the collection that was exported.</param>
/// <param name="Where">What says so, as the beginning of a sentence: <c>Line 1</c>; null for nothing.</param>
/// <param name="IsReembedded">Whether the vectors are ignored, and the texts embedded.</param>
/// <param name="HasTexts">Whether they could be.</param>
internal sealed record Origin(CollectionSettings Settings, string? Where, bool IsReembedded, bool HasTexts = true);
