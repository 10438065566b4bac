using System.Buffers;
using System.Text.Json;
using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Dialects.Weaviate;
using Embeddings.Api.Errors;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Dialects.Rerank;

/// <summary>Whose request for a ranking it is.</summary>
internal enum RerankShape
{
    /// <summary>Of any vendor that reads the reply in which all of them find their fields.</summary>
    Superset,

    /// <summary>Text Embeddings Inference: <c>texts</c>.</summary>
    Tei,

    /// <summary>Weaviate's reranker-transformers: <c>documents</c> and <c>property</c> without a <c>model</c>.</summary>
    Weaviate,

    /// <summary>Pinecone: documents that are objects, and <c>rank_fields</c>.</summary>
    Pinecone,
}

/// <summary>Tells whose request it is, by the names of its fields and by its path.</summary>
internal static class RerankShapes
{
    // Below /v1 and /v2, documents with fields are Cohere's.
    private const string PineconePath = "/rerank";

    /// <summary>The shape of a body. One that is no JSON object has the shape of what was read of it.</summary>
    public static RerankShape Of(ReadOnlySequence<byte> body, PathString path)
    {
        var fields = FieldsOf(body, out var hasObjects);
        return fields switch
        {
            _ when fields.Contains("documents") && fields.Contains("property") && !fields.Contains("model") =>
                RerankShape.Weaviate,
            _ when hasObjects && fields.Contains("rank_fields") && path == PineconePath => RerankShape.Pinecone,
            _ when fields.Contains("texts") && !fields.Contains("documents") => RerankShape.Tei,
            _ => RerankShape.Superset,
        };
    }

    /// <summary>How the clients of a shape expect failures; null for the dialect of the path.</summary>
    public static IErrorDialect? ErrorsOf(RerankShape shape) => shape switch
    {
        RerankShape.Tei => TeiErrors.Instance,
        RerankShape.Weaviate => WeaviateErrors.Instance,
        RerankShape.Pinecone => PineconeErrors.Instance,
        _ => null,
    };

    // The names of the fields that are not null.
    private static HashSet<string> FieldsOf(ReadOnlySequence<byte> body, out bool hasObjects)
    {
        var fields = new HashSet<string>();
        hasObjects = false;
        try
        {
            var reader = new Utf8JsonReader(body);
            _ = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = JsonText.Read(ref reader);
                reader.Read();
                if (reader.TokenType != JsonTokenType.Null)
                {
                    fields.Add(name);
                }

                var first = reader;
                hasObjects |= name == "documents" && first.TokenType == JsonTokenType.StartArray && first.Read()
                    && first.TokenType == JsonTokenType.StartObject;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // Whoever reads the values says what is wrong.
        }

        return fields;
    }
}
