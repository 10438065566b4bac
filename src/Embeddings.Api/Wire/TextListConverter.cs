using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>A text, or a list of texts.</summary>
internal sealed class TextListConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return [JsonText.Read(ref reader)];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException("a string or an array of strings", reader.TokenType);
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.TokenType == JsonTokenType.String
                ? JsonText.Read(ref reader)
                : throw new JsonTypeException("a string", reader.TokenType, $"[{texts.Count}]"));
        }

        return texts;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Texts are only read.");
}
