using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>A text, a vector, or a list of these.</summary>
[JsonConverter(typeof(TextsOrVectorsConverter))]
public sealed record TextsOrVectors
{
    /// <summary>The texts and vectors.</summary>
    public required IReadOnlyList<TextOrVector> Items { get; init; }

    /// <summary>Whether it was a list, be it of one.</summary>
    public bool IsList { get; init; }

    /// <summary>Where the request has an item of a field: <c>query</c>, or <c>query[3]</c>.</summary>
    public string Location(string field, int index) => IsList ? $"{field}[{index}]" : field;
}

internal sealed class TextsOrVectorsConverter : JsonConverter<TextsOrVectors>
{
    public override TextsOrVectors Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new TextsOrVectors { Items = [TextOrVectorConverter.ReadItem(ref reader, "")] };
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException("a string, an array of numbers, or an array of these", reader.TokenType);
        }

        reader.Read();
        if (reader.TokenType == JsonTokenType.Number)
        {
            return new TextsOrVectors { Items = [new TextOrVector { Vector = JsonNumbers.Read(ref reader) }] };
        }

        var items = new List<TextOrVector>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            items.Add(TextOrVectorConverter.ReadItem(ref reader, $"[{items.Count}]"));
        }

        return new TextsOrVectors { Items = items, IsList = true };
    }

    public override void Write(Utf8JsonWriter writer, TextsOrVectors value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize<object>(writer, value.IsList ? value.Items : value.Items[0], options);
}

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
