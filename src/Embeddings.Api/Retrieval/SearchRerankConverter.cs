using System.Text.Json;
using System.Text.Json.Serialization;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Retrieval;

/// <summary><c>true</c>, <c>false</c>, or an object that says how documents are ranked once more.</summary>
internal sealed class SearchRerankConverter : JsonConverter<SearchRerank>
{
    private static readonly string[] Fields = ["model", "candidates"];

    public override SearchRerank? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return reader.TokenType switch
            {
                JsonTokenType.True => new SearchRerank(),
                JsonTokenType.False => null,
                _ => throw new JsonTypeException("a boolean or an object", reader.TokenType),
            };
        }

        var rerank = new SearchRerank();
        var names = new HashSet<string>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = JsonText.Read(ref reader);
            if (!names.Add(name))
            {
                throw new JsonValueException($".{FieldName.Cut(name)}", "it is there twice.");
            }

            reader.Read();
            rerank = (name, reader.TokenType) switch
            {
                ("model", JsonTokenType.String) => rerank with { Model = JsonText.Read(ref reader) },
                ("candidates", JsonTokenType.Number) when reader.TryGetInt32(out var candidates) =>
                    rerank with { Candidates = candidates },
                ("model" or "candidates", JsonTokenType.Null) => rerank,
                ("model", _) => throw new JsonTypeException("a string", reader.TokenType, ".model"),
                ("candidates", _) => throw new JsonTypeException(
                    "a whole number of 32 bits", reader.TokenType, ".candidates"),
                _ => throw new UnknownFieldException(name, Fields),
            };
        }

        return rerank;
    }

    public override void Write(Utf8JsonWriter writer, SearchRerank value, JsonSerializerOptions options) =>
        throw new NotSupportedException("Requests are only read.");
}
