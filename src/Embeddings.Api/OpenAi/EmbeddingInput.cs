using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.OpenAi;

/// <summary>
/// What is to be embedded: a text, a list of texts, a list of token ids, or a list of such lists. A text may be an
/// object that has it in <c>text</c>.
/// </summary>
[JsonConverter(typeof(EmbeddingInputConverter))]
public sealed record EmbeddingInput
{
    /// <summary>The texts; <see langword="null"/> when token ids were sent.</summary>
    public IReadOnlyList<string>? Texts { get; init; }

    /// <summary>The token ids of each input; <see langword="null"/> when texts were sent.</summary>
    public IReadOnlyList<int[]>? TokenIds { get; init; }

    /// <summary>Whether it was a list of inputs, be it of one.</summary>
    public bool IsList { get; init; }

    /// <summary>Number of inputs.</summary>
    public int Count => Texts?.Count ?? TokenIds!.Count;

    /// <summary>Where the request has an input: <c>input</c>, or <c>input[3]</c>.</summary>
    public string Location(int index) => IsList ? $"input[{index}]" : "input";
}

/// <summary>Tells the four forms apart by their first item. An error names the item that does not fit.</summary>
internal sealed class EmbeddingInputConverter : JsonConverter<EmbeddingInput>
{
    // What Jina's clients send to models of other kinds.
    private static readonly string[] OtherKinds = ["image", "url", "bytes", "audio", "video"];

    public override EmbeddingInput? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.StartObject)
        {
            return new EmbeddingInput { Texts = [ReadText(ref reader, "")] };
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException(
                "a string, an array of strings, an array of integers or an array of arrays of integers",
                reader.TokenType);
        }

        reader.Read();
        return reader.TokenType switch
        {
            JsonTokenType.Number => new EmbeddingInput { TokenIds = [ReadIds(ref reader, "")] },
            JsonTokenType.StartArray => new EmbeddingInput { TokenIds = ReadIdLists(ref reader), IsList = true },
            _ => new EmbeddingInput { Texts = ReadTexts(ref reader), IsList = true },
        };
    }

    public override void Write(Utf8JsonWriter writer, EmbeddingInput value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize<object>(writer, (object?)value.Texts ?? value.TokenIds!, options);

    private static List<string> ReadTexts(ref Utf8JsonReader reader)
    {
        var texts = new List<string>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            // Names of items are for errors; a string needs none.
            texts.Add(reader.TokenType == JsonTokenType.String
                ? JsonText.Read(ref reader)
                : ReadText(ref reader, $"[{texts.Count}]"));
        }

        return texts;
    }

    private static string ReadText(ref Utf8JsonReader reader, string item)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonText.Read(ref reader);
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonTypeException("a string", reader.TokenType, item);
        }

        string? text = null;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndObject)
        {
            var name = JsonText.Read(ref reader);
            reader.Read();
            if (name == "text")
            {
                text = text is not null ? throw new JsonValueException($"{item}.text", "it is there twice.")
                    : reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader)
                    : throw new JsonTypeException("a string", reader.TokenType, $"{item}.text");
            }
            else if (OtherKinds.Contains(name) && reader.TokenType != JsonTokenType.Null)
            {
                throw new JsonValueException($"{item}.{name}", "this server embeds text alone.");
            }
            else
            {
                reader.TrySkip();
            }
        }

        return text ?? throw new JsonValueException(
            item, "expected a string or an object with 'text', but got an object without it.");
    }

    private static List<int[]> ReadIdLists(ref Utf8JsonReader reader)
    {
        var lists = new List<int[]>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var item = $"[{lists.Count}]";
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonTypeException("an array of integers", reader.TokenType, item);
            }

            reader.Read();
            lists.Add(ReadIds(ref reader, item));
        }

        return lists;
    }

    private static int[] ReadIds(ref Utf8JsonReader reader, string item)
    {
        var ids = new List<int>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            ids.Add(reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var id)
                ? id
                : throw new JsonTypeException("a token id (an integer)", reader.TokenType, $"{item}[{ids.Count}]"));
        }

        return [.. ids];
    }
}
