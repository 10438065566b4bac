using Embeddings.Api.Collections;
using Embeddings.Api.Search;

namespace Embeddings.Api.Hosting;

/// <summary>Collections, and what embeds for them and searches in them.</summary>
internal static class StorageSetup
{
    public static void AddStorage(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddCheckedOptions<StorageOptions>("Storage");
        services.AddSingleton<StoreStartup>();
        services.AddHostedService(provider => provider.GetRequiredService<StoreStartup>());
        services.AddSingleton<CollectionModels>();
        services.AddSingleton<InputVectors>();
        services.AddSingleton<CollectionsHandler>();
        services.AddSingleton<Import>();
        services.AddSingleton<Backups>();
        services.AddSingleton<Reembeddings>();
        services.AddHostedService(provider => provider.GetRequiredService<Reembeddings>());
        services.AddSingleton<SearchHandler>();
    }
}
