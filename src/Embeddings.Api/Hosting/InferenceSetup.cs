using Embeddings.Api.Models;
using Embeddings.Inference.Models;
using Embeddings.Inference.Hub;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>The models: where they are described, looked for and fetched from.</summary>
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
            return ModelRegistry.Read([HomeFolder.Resolve(options.Directory), BuiltIn], options.PrecisionName);
        });
        services.AddSingleton(provider => new ModelLocator(
            provider.GetRequiredService<ModelRegistry>(),
            [.. provider.GetRequiredService<IOptions<ModelsOptions>>().Value.SearchPath.Select(HomeFolder.Resolve)],
            provider.GetRequiredService<HubOptions>().CacheDirectory));
        services.AddSingleton(provider => new ModelDownloader(
            ModelDownloader.CreateHttpClient(provider.GetRequiredService<HubOptions>()),
            provider.GetRequiredService<HubOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModelDownloader>>()));
        services.AddSingleton(provider => new ModelAdder(
            provider.GetRequiredService<ModelDownloader>(), provider.GetRequiredService<HubOptions>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<AddedModels>();
        services.AddSingleton<ModelChooser>();
        services.AddSingleton<ModelStartup>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelStartup>());
    }
}
