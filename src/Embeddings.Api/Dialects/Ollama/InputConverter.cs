using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>A text or a list of texts; an empty text alone is none. Everything else gets Ollama's own words.</summary>
internal sealed class InputConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return JsonText.Read(ref reader) is { Length: > 0 } text ? [text] : [];
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw Wrong();
        }

        var texts = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            texts.Add(reader.TokenType == JsonTokenType.String ? JsonText.Read(ref reader) : throw Wrong());
        }

        return texts;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Texts are only read.");

    private static InvalidRequestException Wrong() => new("invalid input type", "input");
}
