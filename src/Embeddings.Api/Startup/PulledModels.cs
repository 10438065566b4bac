using Embeddings.Api.Embedding;
using Embeddings.Inference.Hub;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>Adds and fetches models for requests, one at a time, and has them served without a restart.</summary>
internal sealed partial class PulledModels(
    ModelRegistry registry, ModelChooser chooser, ModelAdder adder, ModelDownloader downloader,
    IOptions<ModelsOptions> options, ILogger<PulledModels> logger) : IModelSource, IDisposable
{
    private readonly SemaphoreSlim _one = new(1);

    /// <inheritdoc/>
    public async Task PullAsync(
        string name, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        if (registry.Described(name) is null && !ModelAddition.IsRepository(name))
        {
            throw new UnknownModelException(name);
        }

        await _one.WaitAsync(cancellationToken);
        try
        {
            var known = registry.Described(name);
            if (known is null || registry.All.All(model => model.Manifest != known))
            {
                var manifest = await ObtainAsync(known, name, progress, cancellationToken);
                registry.Add(chooser.Served(manifest));
                LogServed(manifest.Id, manifest.Precision);
            }
        }
        catch (ModelException exception)
        {
            LogFailed(exception, name);
            // Folders of this machine are for the log.
            var folder = registry.Catalog.Directories[0];
            var message = exception.Message.Replace(folder, "the folder of models", StringComparison.Ordinal);
            throw new PullFailedException(message, exception.IsUnknown);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<ModelManifest> ObtainAsync(
        ModelManifest? known, string name, IProgress<DownloadProgress> progress, CancellationToken cancellationToken)
    {
        if (!options.Value.Download)
        {
            throw new ModelException($"Models:Download is off, so '{name}' is not fetched.");
        }

        var catalog = registry.Catalog;
        if (known is not null)
        {
            await downloader.DownloadAsync(known, catalog.HomeOf(known), progress, cancellationToken);
            return known;
        }

        var addition = ModelAddition.Parse(name);
        // An alias may have the short name too, and clients may be storing vectors under it.
        if (registry.Described(addition.Name) is { } namesake)
        {
            throw new ModelException(
                $"'{addition.Name}' is a name of '{namesake.Id}' already. 'models add {name} --name <name>' adds the " +
                "model under another name.");
        }

        return (await adder.AddAsync(catalog, addition, progress, cancellationToken)).At(options.Value.PrecisionName);
    }

    [LoggerMessage(LogLevel.Information, "Model {Model} ({Precision}) was pulled and is served")]
    private partial void LogServed(string model, string precision);

    [LoggerMessage(LogLevel.Warning, "Model {Model} could not be pulled")]
    private partial void LogFailed(Exception exception, string model);
}
