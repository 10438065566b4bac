using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>
/// A text, or an object with a text, as Cohere, Jina and Pinecone send them. An object may have any other fields.
/// </summary>
/// <param name="Text">The text; null for an object without one.</param>
/// <param name="Object">The object, as it was sent; null for a text.</param>
[JsonConverter(typeof(TextItemConverter))]
public sealed record TextItem(string? Text, RawJson? Object = null)
{
    /// <summary>A field of an object that stands for something else than a text: <c>image</c>.</summary>
    internal string? Other { get; init; }

    /// <summary>The text.</summary>
    /// <param name="location">Where the request has it: <c>documents[3]</c>.</param>
    /// <exception cref="InvalidRequestException">The object has none.</exception>
    internal string TextAt(string location) => Text ?? throw new InvalidRequestException(
        Other is null
            ? $"'$.{location}.text' is invalid: it is required and cannot be null."
            : $"Invalid '{location}.{Other}': only a 'text' can be read.",
        location.Split('[', '.')[0]);
}

internal sealed class TextItemConverter : JsonConverter<TextItem>
{
    // What Jina's multimodal models take in place of a text.
    private static readonly string[] Others = ["image", "url", "bytes", "video", "audio", "pdf"];

    public override TextItem Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new TextItem(JsonText.Read(ref reader));
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonTypeException("a string or an object with a 'text'", reader.TokenType);
        }

        var copied = reader;
        var whole = new RawJson(JsonCopy.OnOneLine(ref copied));
        var (text, other) = ((string?)null, (string?)null);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            if (name == "text")
            {
                text = reader.TokenType == JsonTokenType.String
                    ? JsonText.Read(ref reader)
                    : throw new JsonTypeException("a string", reader.TokenType, ".text");
                continue;
            }

            other ??= Others.Contains(name) ? name : null;
            // The whole object is here, but more of the body may come, and Skip refuses that.
            _ = reader.TrySkip();
        }

        return new TextItem(text, whole) { Other = other };
    }

    // As it was sent.
    public override void Write(Utf8JsonWriter writer, TextItem value, JsonSerializerOptions options)
    {
        if (value.Object is { } whole)
        {
            writer.WriteRawValue(whole.Text, skipInputValidation: true);
        }
        else
        {
            writer.WriteStringValue(value.Text);
        }
    }
}
