namespace Embeddings.Api.Embedding;

/// <summary>
/// Names of vendors' rerankers that clients send without being asked. Each stands for the reranker of this server,
/// whose name the reply tells: scores are used at once and not kept, so nothing mixes as vectors of two models would.
/// A model of the name that is here is served itself.
/// </summary>
internal static class VendorRerankers
{
    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        // Cohere
        "rerank-v4.0-pro", "rerank-v4.0-fast", "rerank-v3.5", "rerank-english-v3.0", "rerank-multilingual-v3.0",
        "rerank-english-v2.0", "rerank-multilingual-v2.0", "cohere-rerank-3.5", "cohere.rerank-v3-5:0",

        // Jina
        "jina-reranker-v3", "jina-reranker-m0", "jina-reranker-v2-base-multilingual", "jina-reranker-v1-base-en",
        "jina-reranker-v1-turbo-en", "jina-reranker-v1-tiny-en", "jina-colbert-v2", "jina-colbert-v1-en",
        "jinaai/jina-reranker-v2-base-multilingual",

        // Voyage
        "rerank-2.5", "rerank-2.5-lite", "rerank-2", "rerank-2-lite", "rerank-1", "rerank-lite-1",

        // Pinecone, and what it, vLLM, LocalAI, Infinity, Xinference and llama.cpp are mostly used with
        "pinecone-rerank-v0", "bge-reranker-v2-m3", "BAAI/bge-reranker-v2-m3", "bge-reranker-base",
        "BAAI/bge-reranker-base", "bge-reranker-large", "BAAI/bge-reranker-large", "jina-reranker", "reranker",
        "mixedbread-ai/mxbai-rerank-xsmall-v1", "mixedbread-ai/mxbai-rerank-base-v1",
        "mixedbread-ai/mxbai-rerank-large-v1", "cross-encoder/ms-marco-MiniLM-L-6-v2",
        "cross-encoder/ms-marco-MiniLM-L6-v2", "ms-marco-MiniLM-L-6-v2", "Qwen/Qwen3-Reranker-0.6B",
        "Qwen/Qwen3-Reranker-4B", "Qwen/Qwen3-Reranker-8B", "qwen3-reranker",
    };

    /// <summary>Whether a name is one of these, in any case.</summary>
    public static bool Has(string? name) => name is not null && Names.Contains(name);
}
