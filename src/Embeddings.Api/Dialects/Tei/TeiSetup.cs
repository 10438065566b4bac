using Embeddings.Api.Dialects.Pinecone;
using Embeddings.Api.Embedding;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>The services of Text Embeddings Inference's routes, and of the families that have bodies like it.</summary>
internal static class TeiSetup
{
    public static void AddTei(this IServiceCollection services)
    {
        services.AddSingleton<SparseEmbedder>();
        services.AddSingleton<TokenEmbedder>();
        services.AddSingleton<TeiHandler>();
        services.AddSingleton<TeiModels>();
        services.AddSingleton<TeiVertexHandler>();
        services.AddSingleton<PineconeHandler>();
    }
}
