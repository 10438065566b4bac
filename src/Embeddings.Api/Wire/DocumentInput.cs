using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Wire;

/// <summary>A document as it is sent: a text, or an object with a text, a vector or both.</summary>
[JsonConverter(typeof(DocumentInputConverter))]
public sealed record DocumentInput
{
    /// <summary>
    /// Your id of the document, a string or a whole number, at most 512 characters; made by the server if absent.
    /// </summary>
    /// <example>cat</example>
    public string? Id { get; init; }

    /// <summary>The document's text; embedded if there is no vector.</summary>
    /// <example>The cat sits outside</example>
    public string? Text { get; init; }

    /// <summary>The vector that searches compare.</summary>
    public float[]? Vector { get; init; }

    /// <summary>
    /// An object of your own, which comes back as it was. Filters see its numbers, strings, booleans and lists of them,
    /// those of objects inside it by names with dots (<c>author.name</c>), also of objects in a list. Names have up to
    /// 512 characters in all and do not begin with <c>$</c>. Whole numbers of 64 bits are exact.
    /// </summary>
    public Metadata? Metadata { get; init; }
}

/// <summary>Reads a document in one pass. An error names the field that does not fit.</summary>
internal sealed class DocumentInputConverter : JsonConverter<DocumentInput>
{
    private const int LongestId = 512;

    private static readonly string[] Fields = ["id", "text", "vector", "metadata"];

    // Fields that this server adds to documents in its replies. They are accepted and ignored, so that a result or an
    // export can be sent back.
    private static readonly string[] Ignored = ["score", "faiss_id"];

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
        var seen = new List<string>(Fields.Length + Ignored.Length);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = Field(JsonText.Read(ref reader), seen);
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                continue;
            }

            switch (name)
            {
                case "id":
                    document = document with { Id = Id(ref reader) };
                    break;
                case "text":
                    document = document with { Text = Text(ref reader, ".text") };
                    break;
                case "vector":
                    document = document with { Vector = Vector(ref reader) };
                    break;
                case "metadata":
                    document = document with { Metadata = ReadMetadata(ref reader) };
                    break;
                default:
                    // TrySkip and not Skip, which throws while more of the body may come. It succeeds, since a
                    // converter is called only when its whole value has come.
                    reader.TrySkip();
                    break;
            }
        }

        return document;
    }

    public override void Write(Utf8JsonWriter writer, DocumentInput value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Documents are sent as DocumentObject.");

    /// <param name="reader">On the id.</param>
    /// <param name="item">Its position in the field that is being read: <c>[3]</c>.</param>
    /// <param name="mayBeOld">Whether ids are accepted that only earlier versions took, so that their documents can be
    /// found and deleted.</param>
    internal static string Id(ref Utf8JsonReader reader, string item = ".id", bool mayBeOld = false)
    {
        var isMended = false;
        var id = reader.TokenType switch
        {
            JsonTokenType.String => JsonText.Read(ref reader, out isMended),
            JsonTokenType.Number when reader.TryGetInt64(out var signed) => $"{signed}",
            JsonTokenType.Number when reader.TryGetUInt64(out var unsigned) => $"{unsigned}",
            JsonTokenType.Number =>
                throw new JsonValueException(
                    item, "a number that is an id is a whole one of 64 bits. Send this one as a string."),
            _ => throw new JsonTypeException("a string or a whole number", reader.TokenType, item),
        };
        if (isMended)
        {
            throw new JsonValueException(item, "it has half of a surrogate pair, which is no character.");
        }

        return ProblemOf(id, mayBeOld) is { } problem ? throw new JsonValueException(item, problem) : id;
    }

    // A sentence that follows the location of the id; null if the id is valid.
    private static string? ProblemOf(string id, bool mayBeOld) => id switch
    {
        { Length: 0 or > LongestId } => $"an id has 1 to {LongestId} characters, and this one has {id.Length}.",
        _ when !mayBeOld && id.Contains('\0', StringComparison.Ordinal) =>
            "an id cannot have the character U+0000, which no path can have.",
        // Clients and servers remove such a segment from a path: DELETE …/documents/.. would delete the collection.
        _ when id.Contains('.', StringComparison.Ordinal) && id.Split('/').Any(part => part is "." or "..") =>
            $"an id cannot be '{id}', which no path can name.",
        _ => null,
    };

    private static string Field(string name, List<string> seen)
    {
        if (!Fields.Contains(name) && !Ignored.Contains(name))
        {
            throw new UnknownFieldException(name, Fields);
        }

        if (seen.Contains(name))
        {
            throw new JsonValueException($".{name}", "this field is there twice.");
        }

        seen.Add(name);
        return name;
    }

    private static string Text(ref Utf8JsonReader reader, string item) =>
        reader.TokenType == JsonTokenType.String
            ? JsonText.Read(ref reader)
            : throw new JsonTypeException("a string", reader.TokenType, item);

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

        try
        {
            return Metadata.Parse(JsonCopy.OnOneLine(ref reader));
        }
        catch (MetadataException exception)
        {
            throw new JsonValueException(
                $".metadata{(exception.Path.Length == 0 ? "" : ".")}{exception.Path}", exception.Problem);
        }
    }
}
