using Embeddings.Api.Classifiers;
using Embeddings.Api.Collections;
using Embeddings.Api.Dialects;
using Embeddings.Api.Explorer;
using Embeddings.Api.Jobs;
using Embeddings.Api.OpenAi;
using Embeddings.Api.Projections;
using Embeddings.Api.Reranking;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Similarity;
using Embeddings.Api.Status;
using Embeddings.Api.Tokenization;
using Embeddings.Api.Topics;

namespace Embeddings.Api.Startup;

/// <summary>The features, each with its routes.</summary>
internal static class Routes
{
    public static void MapRoutes(this WebApplication app)
    {
        app.MapExplorer();
        app.MapHealth();
        app.MapOpenAi();
        app.MapSimilarity();
        app.MapTokenization();
        app.MapSearch();
        app.MapPredict();
        app.MapClassifiers();
        app.MapCollections();
        app.MapProjections();
        app.MapTopics();
        app.MapJobs();
        app.MapBackup();
        app.MapStatus();
        app.MapDialects();
    }
}
