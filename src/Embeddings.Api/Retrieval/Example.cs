using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Retrieval;

/// <summary>An example of what is wanted or not wanted: a document by its id, a text, or a vector.</summary>
[JsonConverter(typeof(ExampleConverter))]
public sealed record Example
{
    /// <summary>Id of a document.</summary>
    public string? Id { get; init; }

    /// <summary>A text; beside an id, what it counts as when no document has that id.</summary>
    public string? Text { get; init; }

    /// <summary>A vector.</summary>
    public float[]? Vector { get; init; }
}

internal sealed class ExampleConverter : JsonConverter<Example>
{
    public override Example Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                var text = JsonText.Read(ref reader, out var isMended);
                // A text in which half a surrogate pair was replaced is no id: another text may have become the same.
                return new Example { Id = isMended ? null : text, Text = text };
            case JsonTokenType.Number:
                return new Example { Id = DocumentInputConverter.Id(ref reader, "") };
            case JsonTokenType.StartArray:
                reader.Read();
                return new Example { Vector = JsonNumbers.Read(ref reader) };
            case JsonTokenType.StartObject:
                // The fields are those of a document.
                return JsonSerializer.Deserialize<DocumentInput>(ref reader, options) switch
                {
                    { Id: { } id, Text: null, Vector: null } => new Example { Id = id },
                    { Id: null, Text: { } content, Vector: null } => new Example { Text = content },
                    { Id: null, Text: null, Vector: { } vector } => new Example { Vector = vector },
                    _ => throw new JsonValueException("", "it must have one of 'id', 'text' and 'vector'."),
                };
            default:
                throw new JsonTypeException("an id, a text, a vector or an object with one of them", reader.TokenType);
        }
    }

    public override void Write(Utf8JsonWriter writer, Example value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Examples are only read.");
}
