using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>Texts, or pairs of texts, to label.</summary>
[JsonConverter(typeof(TeiPredictInputConverter))]
public sealed record TeiPredictInput
{
    /// <summary>The first text of each.</summary>
    public required IReadOnlyList<string> Firsts { get; init; }

    /// <summary>The second text of each pair; null where there is one text alone.</summary>
    public required IReadOnlyList<string?> Seconds { get; init; }

    /// <summary>Whether it was a list of lists, be it of one.</summary>
    public bool IsList { get; init; }
}

/// <summary>
/// Reads a text, a list of one text or two, which is one input, or a list of such lists, which are several.
/// </summary>
internal sealed class TeiPredictInputConverter : JsonConverter<TeiPredictInput>
{
    public override TeiPredictInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new TeiPredictInput { Firsts = [JsonText.Read(ref reader)], Seconds = [null] };
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException(
                "a string, a pair of strings, or a list of lists of one or two strings", reader.TokenType);
        }

        reader.Read();
        if (reader.TokenType == JsonTokenType.String)
        {
            var (first, second) = ReadTexts(ref reader, "");
            return new TeiPredictInput { Firsts = [first], Seconds = [second] };
        }

        var (firsts, seconds) = (new List<string>(), new List<string?>());
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var item = $"[{firsts.Count}]";
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonTypeException("a list of one or two strings", reader.TokenType, item);
            }

            reader.Read();
            var (first, second) = ReadTexts(ref reader, item);
            firsts.Add(first);
            seconds.Add(second);
        }

        return new TeiPredictInput { Firsts = firsts, Seconds = seconds, IsList = true };
    }

    public override void Write(Utf8JsonWriter writer, TeiPredictInput value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Inputs are only read.");

    private static (string First, string? Second) ReadTexts(ref Utf8JsonReader reader, string item)
    {
        var texts = new List<string>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            texts.Add(reader.TokenType == JsonTokenType.String
                ? JsonText.Read(ref reader)
                : throw new JsonTypeException("a string", reader.TokenType, $"{item}[{texts.Count}]"));
        }

        return texts.Count is 1 or 2
            ? (texts[0], texts.ElementAtOrDefault(1))
            : throw new JsonValueException(item, $"it has {texts.Count} texts; one, or a pair, is one input.");
    }
}

/// <summary>A list of token ids, or a list of such lists.</summary>
internal sealed class TokenIdListsConverter : JsonConverter<IReadOnlyList<int[]>>
{
    public override IReadOnlyList<int[]> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException("a list of token ids, or a list of such lists", reader.TokenType);
        }

        reader.Read();
        if (reader.TokenType == JsonTokenType.Number)
        {
            return [TokenIdList.Read(ref reader, "")];
        }

        var lists = new List<int[]>();
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            var item = $"[{lists.Count}]";
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                throw new JsonTypeException("a list of token ids", reader.TokenType, item);
            }

            reader.Read();
            lists.Add(TokenIdList.Read(ref reader, item));
        }

        return lists;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<int[]> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Ids are only read.");
}
