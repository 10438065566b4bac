using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Reranking;

/// <summary>A text, or an object with a text. Other fields of the object are ignored, as Cohere and Jina do.</summary>
internal sealed class RerankInputConverter : JsonConverter<RerankInput>
{
    public override RerankInput Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            return new RerankInput(JsonText.Read(ref reader));
        }

        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonTypeException("a string or an object with a 'text'", reader.TokenType);
        }

        string? text = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isText = reader.ValueTextEquals("text");
            reader.Read();
            if (!isText)
            {
                // The whole object is here, but more of the body may come, and Skip refuses that.
                _ = reader.TrySkip();
                continue;
            }

            text = reader.TokenType == JsonTokenType.String
                ? JsonText.Read(ref reader)
                : throw new JsonTypeException("a string", reader.TokenType, ".text");
        }

        return new RerankInput(text ?? throw new JsonValueException(".text", "it is required and cannot be null."));
    }

    public override void Write(Utf8JsonWriter writer, RerankInput value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Text);
}
