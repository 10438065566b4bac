using Embeddings.Api.Hosting;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Models;

/// <summary>Decides at start which models are served and which is the default, fetching the default if it may.</summary>
internal sealed partial class ModelChooser(
    IOptions<ModelsOptions> options, IOptions<LimitsOptions> limits, ModelCatalog catalog, ModelLocator locator, ModelDownloader downloader,
    TimeProvider time, ILoggerFactory loggers, ILogger<ModelChooser> logger)
{
    private const string Auto = "auto";

    // What `auto` prefers, and what it falls back to: the real encoder, and the one that comes with the program.
    private const string Preferred = "all-MiniLM-L6-v2";
    private const string Shipped = "static-en-384";

    /// <summary>Makes the choice.</summary>
    /// <exception cref="ModelException">The default model cannot be had; the message says why and what to do.</exception>
    public async Task<ServedModels> ChooseAsync(CancellationToken cancellationToken)
    {
        CheckAliases();
        foreach (var problem in catalog.Problems)
        {
            LogPassedOver(problem);
        }

        var standard = options.Value.Default.Equals(Auto, StringComparison.OrdinalIgnoreCase)
            ? await ChooseAutoAsync(cancellationToken)
            : await ObtainAsync(Known(options.Value.Default), cancellationToken);
        if (options.Value.Precision != Precision.Auto && !standard.Manifest.Precision.Equals($"{options.Value.Precision}", StringComparison.OrdinalIgnoreCase))
        {
            throw new ModelException(
                $"Models:Precision is {options.Value.Precision}, but the default model '{standard.Manifest.Id}' has only {standard.Manifest.Precision}." +
                (options.Value.Precision == Precision.Int8 ? $" Make its 8 bits with 'models quantize {standard.Manifest.Name}'." : ""));
        }

        var settings = new EncoderSettings
        {
            Lanes = options.Value.Lanes == 0 ? Environment.ProcessorCount : options.Value.Lanes,
            MaxQueuedTokens = limits.Value.MaxQueuedTokens,
            CacheBytes = (long)options.Value.CacheMegabytes << 20,
        };
        var all = new List<ServedModel>();
        foreach (var manifest in catalog.Manifests)
        {
            var directory = manifest == standard.Manifest ? standard.Directory : locator.Find(manifest, out _);
            if (directory is not null)
            {
                all.Add(new ServedModel(manifest, () => new SentenceEncoder(manifest, directory, settings, time, loggers.CreateLogger<SentenceEncoder>())));
                LogServed(manifest.Id, manifest.Precision, directory);
            }
        }

        LogDefault(standard.Manifest.Id, standard.Manifest.Dimensions);
        return new ServedModels(
            catalog, all, all.Single(model => model.Manifest == standard.Manifest), options.Value.Aliases, options.Value.UnknownModel);
    }

    private async Task<(ModelManifest Manifest, string Directory)> ChooseAutoAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ObtainAsync(Known(Preferred), cancellationToken);
        }
        catch (ModelException exception)
        {
            LogFallback(Preferred, Shipped, exception.Message);
            return await ObtainAsync(Known(Shipped), cancellationToken);
        }
    }

    private async Task<(ModelManifest Manifest, string Directory)> ObtainAsync(ModelManifest manifest, CancellationToken cancellationToken)
    {
        if (locator.Find(manifest, out var problems) is { } here)
        {
            return (manifest, here);
        }

        foreach (var problem in problems)
        {
            LogProblem(manifest.Id, problem);
        }

        var home = catalog.HomeOf(manifest);
        if (manifest.Repository is null || !options.Value.Download)
        {
            throw new ModelException(
                $"The model '{manifest.Id}' is not here{(problems.Count > 0 ? $" in order ({string.Join(' ', problems)})" : "")}" +
                (manifest.Repository is null
                    ? $", and model.json names no repository to fetch it from. Copy its files into {home}."
                    : $", and Models:Download is off. Fetch it with 'models pull {manifest.Name}', or copy its files into {home}."));
        }

        using var progress = ConsoleProgress.For(manifest.Name);
        await downloader.DownloadAsync(manifest, home, progress, cancellationToken);
        return (manifest, home);
    }

    private ModelManifest Known(string name) => catalog.Find(name) ?? throw new ModelException(
        $"Models:Default is '{name}', but {catalog.Directory} describes only {string.Join(", ", catalog.Manifests.Select(m => m.Name))}.");

    private void CheckAliases()
    {
        foreach (var (alias, target) in options.Value.Aliases)
        {
            if (target != ServedModels.DefaultAlias && catalog.Find(target) is null)
            {
                throw new ModelException($"Models:Aliases:{alias} points at '{target}', which is neither 'default' nor a model in {catalog.Directory}.");
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Model {Model} ({Precision}) is served from {Directory}")]
    private partial void LogServed(string model, string precision, string directory);

    [LoggerMessage(LogLevel.Information, "Default model: {Model}, {Dimensions} dimensions")]
    private partial void LogDefault(string model, int dimensions);

    [LoggerMessage(LogLevel.Warning, "An 8-bit variant is passed over: {Problem}")]
    private partial void LogPassedOver(string problem);

    [LoggerMessage(LogLevel.Warning, "Model {Model}: {Problem}")]
    private partial void LogProblem(string model, string problem);

    [LoggerMessage(LogLevel.Warning, "{Model} cannot be served, so {Fallback} is the default: {Reason} " +
        "To get it later, run 'dotnet run --project src/Embeddings.Api -- models pull all-MiniLM-L6-v2' and restart; " +
        "vectors of the two models do not mix, so set Models:Default in production")]
    private partial void LogFallback(string model, string fallback, string reason);
}
