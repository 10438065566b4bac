using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Collections;

/// <summary>Ids as documents have them: strings or whole numbers.</summary>
internal sealed class IdListConverter : JsonConverter<IReadOnlyList<string>>
{
    public override IReadOnlyList<string> Read(
        ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonTypeException("an array of ids", reader.TokenType);
        }

        var ids = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            ids.Add(DocumentInputConverter.Id(ref reader, $"[{ids.Count}]", mayBeOld: true));
        }

        return ids;
    }

    public override void Write(Utf8JsonWriter writer, IReadOnlyList<string> value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Ids are only read.");
}
