using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>
/// The field <c>inputs</c> in all of its forms: an input or a list of inputs, each a text or token ids; a sentence and
/// others to compare it with; or Pinecone's list of objects with a text.
/// </summary>
[JsonConverter(typeof(TeiInputConverter))]
public sealed record TeiInput
{
    /// <summary>The inputs, if there are some to embed.</summary>
    public IReadOnlyList<TeiItem> Items { get; init; } = [];

    /// <summary>Whether it was a list of inputs, be it of one.</summary>
    public bool IsList { get; init; }

    /// <summary>The sentences, if there are some to compare.</summary>
    public TeiSentences? Sentences { get; init; }

    /// <summary>Whether the inputs are Pinecone's objects.</summary>
    public bool IsPinecone { get; init; }

    /// <summary>Where the request has an input.</summary>
    internal string Location(int index) => IsList ? $"inputs[{index}]" : "inputs";
}

/// <summary>A text, or ids of the model's vocabulary.</summary>
/// <param name="Text">The text; null if there are ids.</param>
/// <param name="Ids">The ids; null if there is a text.</param>
public readonly record struct TeiItem(string? Text, int[]? Ids);

/// <summary>A sentence, and others to compare it with.</summary>
/// <param name="SourceSentence">The sentence.</param>
/// <param name="Sentences">The others.</param>
public sealed record TeiSentences(string? SourceSentence, IReadOnlyList<string>? Sentences);

/// <summary>Tells the forms apart by their first token.</summary>
internal sealed class TeiInputConverter : JsonConverter<TeiInput>
{
    private const string Expected = "a string, token ids, or a list of these";

    public override TeiInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            return new TeiInput { Sentences = JsonSerializer.Deserialize<TeiSentences>(ref reader, options) };
        }

        if (reader.TokenType == JsonTokenType.String)
        {
            return new TeiInput { Items = [new TeiItem(JsonText.Read(ref reader), null)] };
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException(Expected, reader.TokenType);
        }

        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Number => new TeiInput { Items = [new TeiItem(null, TokenIdList.Read(ref reader, ""))] },
            JsonTokenType.StartObject =>
                new TeiInput { Items = ReadObjects(ref reader, options), IsList = true, IsPinecone = true },
            _ => new TeiInput { Items = ReadItems(ref reader), IsList = true },
        };
    }

    public override void Write(Utf8JsonWriter writer, TeiInput value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Inputs are only read.");

    private static List<TeiItem> ReadItems(ref Utf8JsonReader reader)
    {
        var items = new List<TeiItem>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var item = $"[{items.Count}]";
            switch (reader.TokenType)
            {
                case JsonTokenType.String:
                    items.Add(new TeiItem(JsonText.Read(ref reader), null));
                    break;
                case JsonTokenType.StartArray:
                    reader.Read();
                    items.Add(new TeiItem(null, TokenIdList.Read(ref reader, item)));
                    break;
                default:
                    throw new JsonTypeException("a string or token ids", reader.TokenType, item);
            }
        }

        return items;
    }

    private static List<TeiItem> ReadObjects(ref Utf8JsonReader reader, JsonSerializerOptions options)
    {
        var items = new List<TeiItem>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var text = reader.TokenType == JsonTokenType.StartObject
                ? JsonSerializer.Deserialize<PineconeText>(ref reader, options)!.Text
                : throw new JsonTypeException("an object with a 'text'", reader.TokenType, $"[{items.Count}]");
            items.Add(text is null
                ? throw new JsonValueException($"[{items.Count}].text", "it is required and cannot be null.")
                : new TeiItem(text, null));
        }

        return items;
    }

    private sealed record PineconeText(string? Text);
}

/// <summary>
/// Reads token ids: whole numbers of 32 bits without a sign. One that no vocabulary here can have becomes −1.
/// </summary>
internal static class TokenIdList
{
    /// <summary>Reads from the first item to the end of the array.</summary>
    /// <param name="reader">On the token behind the opening bracket.</param>
    /// <param name="item">Where the array is in the field: <c>[3]</c>.</param>
    public static int[] Read(ref Utf8JsonReader reader, string item)
    {
        var ids = new List<int>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetUInt32(out var id))
            {
                throw new JsonTypeException("a token id (an integer)", reader.TokenType, $"{item}[{ids.Count}]");
            }

            ids.Add(id <= int.MaxValue ? (int)id : -1);
        }

        return [.. ids];
    }
}
