using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>A text, to be embedded, or a vector, to be taken as it is.</summary>
[JsonConverter(typeof(TextOrVectorConverter))]
public sealed record TextOrVector
{
    /// <summary>The text; null for a vector.</summary>
    public string? Text { get; init; }

    /// <summary>The vector, [dimensions]; null for a text.</summary>
    public float[]? Vector { get; init; }
}

internal sealed class TextOrVectorConverter : JsonConverter<TextOrVector>
{
    public override TextOrVector Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        ReadItem(ref reader, "");

    public override void Write(Utf8JsonWriter writer, TextOrVector value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize<object>(writer, (object?)value.Text ?? value.Vector!, options);

    public static TextOrVector ReadItem(ref Utf8JsonReader reader, string item)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                return new TextOrVector { Text = JsonText.Read(ref reader) };
            case JsonTokenType.StartArray:
                reader.Read();
                return new TextOrVector { Vector = JsonNumbers.Read(ref reader, item) };
            default:
                throw new JsonTypeException("a string or an array of numbers", reader.TokenType, item);
        }
    }
}
