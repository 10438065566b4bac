using Embeddings.Api.Embedding;
using Embeddings.Inference.Hub;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>The services that describe, find, fetch and load models.</summary>
internal static class InferenceSetup
{
    /// <summary>The models that come with the program.</summary>
    private static string BuiltIn => Path.Combine(AppContext.BaseDirectory, "models");

    public static void AddInference(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddCheckedOptions<ModelsOptions>("Models");
        services.AddSingleton(HubOptions.FromEnvironment(Environment.GetEnvironmentVariable));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ModelsOptions>>().Value;
            return ModelCatalog.Read([HomeFolder.Resolve(options.Directory), BuiltIn], options.PrecisionName);
        });
        services.AddSingleton(provider => new ModelLocator(
            provider.GetRequiredService<ModelCatalog>(),
            [.. provider.GetRequiredService<IOptions<ModelsOptions>>().Value.SearchPath.Select(HomeFolder.Resolve)],
            provider.GetRequiredService<HubOptions>().CacheDirectory));
        services.AddSingleton(provider => new ModelDownloader(
            ModelDownloader.CreateHttpClient(provider.GetRequiredService<HubOptions>()),
            provider.GetRequiredService<HubOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModelDownloader>>()));
        services.AddSingleton(provider => new ModelAdder(
            provider.GetRequiredService<ModelDownloader>(), provider.GetRequiredService<HubOptions>(),
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AddedModels>();
        services.AddSingleton<ModelChooser>();
        services.AddSingleton<ModelRegistry>();
        services.AddSingleton<IModelSource, PulledModels>();
        services.AddHostedService<ModelStartup>();
    }
}
