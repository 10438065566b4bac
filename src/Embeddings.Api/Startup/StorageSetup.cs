using Embeddings.Api.Classifiers;
using Embeddings.Api.Collections;
using Embeddings.Api.Embedding;
using Embeddings.Api.Jobs;
using Embeddings.Api.Projections;
using Embeddings.Api.Reranking;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Similarity;
using Embeddings.Api.Topics;

namespace Embeddings.Api.Startup;

/// <summary>The services of collections, search, reranking, similarity and classification.</summary>
internal static class StorageSetup
{
    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddCheckedOptions<StorageOptions>("Storage");
        services.AddSingleton<CollectionStore>();
        services.AddHostedService<StoreStartup>();
        services.AddSingleton<CollectionModels>();
        services.AddSingleton<InputVectors>();
        services.AddSingleton<NewCollections>();
        services.AddSingleton<CollectionsHandler>();
        services.AddSingleton<DocumentsHandler>();
        services.AddSingleton<Import>();
        services.AddSingleton<Export>();
        services.AddSingleton<Backups>();
        services.AddSingleton<Reembeddings>();
        services.AddHostedService(provider => provider.GetRequiredService<Reembeddings>());
        services.AddSingleton<Reranker>();
        services.AddSingleton<RerankHandler>();
        services.AddSingleton<PredictHandler>();
        services.AddSingleton<SearchReranking>();
        services.AddSingleton<InlineSearch>();
        services.AddSingleton<SearchHandler>();
        services.AddSingleton<SimilarityHandler>();
        services.AddSingleton<JobQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<JobQueue>());
        services.AddSingleton<RowJobs>();
        services.AddSingleton<ProjectionHandler>();
        services.AddSingleton<TopicsHandler>();
        services.AddSingleton<ClusterHandler>();
        services.AddSingleton<Training>();
        services.AddSingleton<ExampleReader>();
        services.AddSingleton<NeighborVote>();
        services.AddSingleton<ClassifiersHandler>();
        services.AddSingleton<ClassifyHandler>();
        services.AddSingleton<VendorHandler>();
    }
}
