using Embeddings.Api.Dialects.Cohere;
using Embeddings.Api.Dialects.Gemini;
using Embeddings.Api.Dialects.HuggingFace;
using Embeddings.Api.Dialects.Ollama;
using Embeddings.Api.Dialects.Rerank;
using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Dialects.TeiGrpc;
using Embeddings.Api.Dialects.Weaviate;

namespace Embeddings.Api.Dialects;

/// <summary>
/// The routes of other servers that clients are written for, a folder for each family. They are not in the OpenAPI
/// document, since each family has its own documentation; but ranking is, which is this server's own too.
/// </summary>
internal static class DialectEndpoints
{
    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        routes.MapRerank();
        var families = routes.MapGroup("").ExcludeFromDescription();
        families.MapTei();
        families.MapHuggingFace();
        families.MapTeiGrpc();
        families.MapWeaviate();
        families.MapOllama();
        families.MapGemini();
        families.MapCohere();
    }
}
