using Embeddings.Api.Models;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>The models: where they are described, looked for and fetched from.</summary>
internal static class InferenceSetup
{
    public static void AddInference(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddCheckedOptions<ModelsOptions>("Models");
        services.AddSingleton(HubOptions.FromEnvironment(Environment.GetEnvironmentVariable));
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<ModelsOptions>>().Value;
            var precision = options.Precision == Precision.Auto ? null : $"{options.Precision}".ToLowerInvariant();
            return ModelCatalog.Read(ModelsFolder(options.Directory, provider.GetRequiredService<IHostEnvironment>().ContentRootPath), precision);
        });
        services.AddSingleton(provider => new ModelLocator(
            provider.GetRequiredService<ModelCatalog>(),
            [.. provider.GetRequiredService<IOptions<ModelsOptions>>().Value.SearchPath],
            provider.GetRequiredService<HubOptions>().CacheDirectory));
        services.AddSingleton(provider => new ModelDownloader(
            ModelDownloader.CreateHttpClient(provider.GetRequiredService<HubOptions>()),
            provider.GetRequiredService<HubOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ModelDownloader>>()));
        services.AddSingleton<ModelChooser>();
        services.AddSingleton<ModelStartup>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelStartup>());
    }

    // A published program has the folder beside it; one that is run from its sources finds it further up.
    private static string ModelsFolder(string setting, string contentRoot)
    {
        for (var folder = new DirectoryInfo(contentRoot); folder is not null; folder = folder.Parent)
        {
            var candidate = Path.Combine(folder.FullName, setting);
            if (Directory.Exists(candidate) && Directory.EnumerateDirectories(candidate).Any(model => File.Exists(Path.Combine(model, "model.json"))))
            {
                return candidate;
            }
        }

        return Path.Combine(contentRoot, setting);
    }
}
