using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Tokenization;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>What becomes of inputs that are too long: a boolean, or one of Pinecone's words.</summary>
/// <param name="IsCut">Whether they are cut, and not refused.</param>
/// <param name="Side">Which part of them is cut; null for what is said elsewhere.</param>
[JsonConverter(typeof(TeiTruncateConverter))]
public readonly record struct TeiTruncate(bool IsCut, TruncationSide? Side);

internal sealed class TeiTruncateConverter : JsonConverter<TeiTruncate>
{
    public override TeiTruncate Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.True => new(true, null),
            JsonTokenType.False => new(false, null),
            JsonTokenType.String => JsonText.Read(ref reader) switch
            {
                "END" => new(true, TruncationSide.End),
                "START" => new(true, TruncationSide.Start),
                "NONE" => new(false, null),
                _ => throw new JsonValueException("", "it is a boolean, 'END', 'START' or 'NONE'."),
            },
            var other => throw new JsonTypeException("a boolean, 'END', 'START' or 'NONE'", other),
        };

    public override void Write(Utf8JsonWriter writer, TeiTruncate value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are only read.");
}
