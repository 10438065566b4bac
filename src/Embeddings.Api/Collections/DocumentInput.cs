using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Json;
using Embeddings.Storage;

namespace Embeddings.Api.Collections;

/// <summary>A document as it is sent: a text, or an object with a text, a vector or both.</summary>
[JsonConverter(typeof(DocumentInputConverter))]
public sealed record DocumentInput
{
    /// <summary>Your id for it, a string or a whole number, at most 512 characters; made when it is absent.</summary>
    /// <example>cat</example>
    public string? Id { get; init; }

    /// <summary>What it says; embedded when there is no vector.</summary>
    /// <example>The cat sits outside</example>
    public string? Text { get; init; }

    /// <summary>What it is to be found by.</summary>
    public float[]? Vector { get; init; }

    /// <summary>
    /// An object of your own, which comes back as it was. Filters see its numbers, strings, booleans and lists of them, those of objects inside it by names with dots
    /// (<c>author.name</c>), also of objects in a list. Names have up to 512 characters in all and do not begin with <c>$</c>. Whole numbers of 64 bits are exact.
    /// </summary>
    public Metadata? Metadata { get; init; }
}

/// <summary>Reads a document in one go, naming the field that does not fit; fields that nobody knows are passed over.</summary>
internal sealed class DocumentInputConverter : JsonConverter<DocumentInput>
{
    private const int LongestId = 512;

    public override DocumentInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new DocumentInput { Text = JsonText.Read(ref reader) };
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonTypeException("an object with a 'text' or a 'vector'", reader.TokenType);
        }

        var document = new DocumentInput();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            document = reader.TokenType == JsonTokenType.Null
                ? document
                : name switch
                {
                    "id" => document with { Id = Id(ref reader) },
                    "text" => document with { Text = Text(ref reader, ".text") },
                    "vector" => document with { Vector = Vector(ref reader) },
                    "metadata" => document with { Metadata = ReadMetadata(ref reader) },
                    _ => Skipped(ref reader, document),
                };
        }

        return document;
    }

    public override void Write(Utf8JsonWriter writer, DocumentInput value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Documents are sent as DocumentObject.");

    internal static string Id(ref Utf8JsonReader reader, string item = ".id")
    {
        var id = reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number)
            ? $"{number}"
            : reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : throw new JsonTypeException("a string or a whole number", reader.TokenType, item);
        // Clients and servers alike take such a part of a path away: DELETE …/documents/.. would be the collection's.
        if (id.Split('/').Any(part => part is "." or ".."))
        {
            throw new JsonValueException(item, $"an id cannot be '{id}', which no path can name.");
        }

        return id.Length is > 0 and <= LongestId
            ? id
            : throw new JsonValueException(item, $"an id has 1 to {LongestId} characters, and this one has {id.Length}.");
    }

    private static string Text(ref Utf8JsonReader reader, string item) =>
        reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : throw new JsonTypeException("a string", reader.TokenType, item);

    private static float[] Vector(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException("an array of numbers", reader.TokenType, ".vector");
        }

        reader.Read();
        return JsonNumbers.Read(ref reader, ".vector");
    }

    private static Metadata ReadMetadata(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonTypeException("an object", reader.TokenType, ".metadata");
        }

        using var json = JsonDocument.ParseValue(ref reader);
        try
        {
            return Metadata.Parse(Compact(json.RootElement));
        }
        catch (InvalidOperationException)
        {
            throw new JsonValueException(".metadata", "a text in it is no Unicode: there is half of a surrogate pair.");
        }
        catch (MetadataException exception)
        {
            throw new JsonValueException($".metadata{(exception.Path.Length == 0 ? "" : ".")}{exception.Path}", exception.Problem);
        }
    }

    // On one line, as an export needs it; numbers and strings stay what they are.
    private static string Compact(JsonElement element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        element.WriteTo(writer);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static DocumentInput Skipped(ref Utf8JsonReader reader, DocumentInput document)
    {
        reader.Skip();
        return document;
    }
}
