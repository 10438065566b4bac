using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// Decides at start which models are served and which is the default, fetching the default if it may.
/// </summary>
internal sealed partial class ModelChooser(
    IOptions<ModelsOptions> options, IOptions<LimitsOptions> limits, ModelCatalog catalog, ModelLocator locator,
    ModelDownloader downloader, AddedModels added,
    TimeProvider time, ILoggerFactory loggers, ILogger<ModelChooser> logger)
{
    /// <summary>Makes the choice.</summary>
    /// <param name="registry">Gets the models.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="ModelException">The default model cannot be obtained; the message says why and what to
    /// do.</exception>
    public async Task ChooseAsync(ModelRegistry registry, CancellationToken cancellationToken)
    {
        var known = await added.WithDefaultAsync(cancellationToken);
        CheckAliases(known);
        foreach (var problem in known.Problems)
        {
            LogPassedOver(problem);
        }

        var standard = await ObtainAsync(Known(known, options.Value.Default), cancellationToken);
        var reranker = options.Value.Reranker.Length == 0
            ? null
            : (await ObtainAsync(KnownReranker(known, options.Value.Reranker), cancellationToken)).Manifest;
        if (options.Value.Precision != Precision.Auto
            && !standard.Manifest.Precision.Equals($"{options.Value.Precision}", StringComparison.OrdinalIgnoreCase))
        {
            var quantize = Invocation.Current.Of($"models quantize {standard.Manifest.Name}");
            throw new ModelException(
                $"Models:Precision is {options.Value.Precision}, but the default model '{standard.Manifest.Id}' " +
                $"has only {standard.Manifest.Precision}." +
                (options.Value.Precision == Precision.Int8 ? $" Make its int8 variant with '{quantize}'." : ""));
        }

        var settings = new EncoderSettings
        {
            Workers = options.Value.Workers == 0 ? Environment.ProcessorCount : options.Value.Workers,
            MaxQueuedTokens = limits.Value.MaxQueuedTokens,
            CacheBytes = (long)options.Value.CacheMegabytes << 20,
        };
        var all = new List<ServedModel>();
        foreach (var manifest in known.Manifests)
        {
            var isDefault = manifest == standard.Manifest;
            if ((isDefault ? standard.Directory : locator.Find(manifest, out _, compareHashes: false)) is { } directory)
            {
                all.Add(
                    new ServedModel(
                        manifest, () => Load(manifest, isDefault ? directory : Verified(manifest), settings)));
                LogServed(manifest.Id, manifest.Precision, directory);
            }
        }

        LogDefault(standard.Manifest.Id, standard.Manifest.Dimensions);
        registry.Fill(
            known, all, all.Single(
                model => model.Manifest == standard.Manifest), options.Value.Aliases, options.Value.UnknownModel,
            all.SingleOrDefault(model => model.Manifest == reranker));
    }

    private ITextModel Load(ModelManifest manifest, string directory, EncoderSettings settings) =>
        manifest.Kind == ModelKind.CrossEncoder
            ? new CrossEncoder(manifest, directory, settings, time, loggers.CreateLogger<CrossEncoder>())
            : new SentenceEncoder(manifest, directory, settings, time, loggers.CreateLogger<SentenceEncoder>());

    // Models other than the default are compared with their SHA-256 when the first request loads them, so that a start
    // does not read them all.
    private string Verified(ModelManifest manifest) =>
        locator.Find(manifest, out var problems) ?? throw new ModelException(string.Join(' ', problems));

    private async Task<(ModelManifest Manifest, string Directory)> ObtainAsync(
        ModelManifest manifest, CancellationToken cancellationToken)
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
        var reason = manifest.WhyNotFetched
            ?? (options.Value.Download ? null : "Models:Download is off; " +
                $"'{Invocation.Current.Of($"models pull {manifest.Name}")}' fetches it.");
        if (reason is not null)
        {
            var wrong = problems.Count > 0 ? $" in order ({string.Join(' ', problems)})" : "";
            throw new ModelException(
                $"The model '{manifest.Id}' is not here{wrong}. {reason} Or copy its files into {home}.");
        }

        using var progress = ConsoleProgress.For(manifest.Name);
        await downloader.DownloadAsync(manifest, home, progress, cancellationToken);
        return (manifest, home);
    }

    private static ModelManifest Known(ModelCatalog catalog, string name) => catalog.Find(name) switch
    {
        null => throw new ModelException(
            $"Models:Default is '{name}', but the models here are {catalog.Names}. " +
            $"'{Invocation.Current.Of("models add <owner>/<name>")}' adds one from the hub."),
        { Kind: ModelKind.CrossEncoder } => throw new ModelException(
            $"Models:Default is '{name}', which is a cross-encoder and makes no vectors. It is served beside the " +
            "default model, which must be another one."),
        { } known => known,
    };

    private static ModelManifest KnownReranker(ModelCatalog catalog, string name) => catalog.Find(name) switch
    {
        null => throw new ModelException(
            $"Models:Reranker is '{name}', but the models here are {catalog.Names}. " +
            $"'{Invocation.Current.Of("models add <owner>/<name>")}' adds one from the hub."),
        { Kind: ModelKind.CrossEncoder, Dimensions: > 1 } => throw new ModelException(
            $"Models:Reranker is '{name}', which gives scores of its labels and does not rank documents."),
        { } known => known,
    };

    private void CheckAliases(ModelCatalog catalog)
    {
        foreach (var (alias, target) in options.Value.Aliases)
        {
            if (target != ModelNames.Default && catalog.Find(target) is null)
            {
                throw new ModelException(
                    $"Models:Aliases:{alias} points at '{target}', which is neither 'default' nor one of the models " +
                    $"here: {catalog.Names}.");
            }
        }
    }

    [LoggerMessage(LogLevel.Information, "Model {Model} ({Precision}) is served from {Directory}")]
    private partial void LogServed(string model, string precision, string directory);

    [LoggerMessage(LogLevel.Information, "Default model: {Model}, {Dimensions} dimensions")]
    private partial void LogDefault(string model, int dimensions);

    [LoggerMessage(LogLevel.Warning, "An int8 variant is passed over: {Problem}")]
    private partial void LogPassedOver(string problem);

    [LoggerMessage(LogLevel.Warning, "Model {Model}: {Problem}")]
    private partial void LogProblem(string model, string problem);
}
