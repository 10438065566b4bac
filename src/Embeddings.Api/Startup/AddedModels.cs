using Embeddings.Api.Errors;
using Embeddings.Inference.Hub;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// Adds models by the names of their repositories, for <c>models add</c> and for a <c>Models:Default</c> that is not
/// described yet.
/// </summary>
internal sealed partial class AddedModels(
    ModelCatalog catalog, ModelAdder adder, IOptions<ModelsOptions> options, ILogger<AddedModels> logger)
{
    /// <summary>Reads the arguments of <c>models add</c>; null if they are wrong.</summary>
    /// <exception cref="ModelException">A name has the wrong form.</exception>
    public static ModelAddition? Parse(string repository, ReadOnlySpan<string> more)
    {
        string? name = null;
        string? onnx = null;
        for (; more.Length >= 2; more = more[2..])
        {
            switch (more[0])
            {
                case "--name":
                    name = more[1];
                    break;
                case "--onnx":
                    onnx = more[1];
                    break;
                default:
                    return null;
            }
        }

        return more.Length == 0 ? ModelAddition.Parse(repository, name, onnx) : null;
    }

    /// <summary>
    /// The models that are described here. If the default is the name of a repository that is not described yet, it is
    /// added.
    /// </summary>
    /// <exception cref="ModelException">The model cannot be fetched, or cannot run here.</exception>
    public async Task<ModelCatalog> WithDefaultAsync(CancellationToken cancellationToken)
    {
        var name = options.Value.Default;
        if (catalog.Find(name) is not null || !ModelAddition.IsRepository(name))
        {
            return catalog;
        }

        using var sentence = new StringWriter();
        var manifest = await AddAsync(ModelAddition.Parse(name), sentence, cancellationToken);
        LogAdded($"{sentence}".TrimEnd());
        return catalog.With(manifest.At(options.Value.PrecisionName));
    }

    /// <summary>
    /// Adds a model, or finds the one that was added before. That one is pinned; another revision of it is refused.
    /// </summary>
    /// <param name="addition">What to add.</param>
    /// <param name="output">Gets a sentence that says what was added.</param>
    /// <param name="cancellationToken">Ends the download.</param>
    /// <exception cref="ModelException">It cannot be had, or cannot be run here.</exception>
    public async Task<ModelManifest> AddAsync(
        ModelAddition addition, TextWriter output, CancellationToken cancellationToken)
    {
        if (catalog.Find(addition.Repository) is { } known)
        {
            await CheckRevisionAsync(known, addition.Revision, cancellationToken);
            return known;
        }

        if (!options.Value.Download)
        {
            throw new ModelException(
                $"Models:Download is off, so {addition.Repository} is not fetched. Turn it on for " +
                $"'{Invocation.Current.Of($"models add {addition.Repository}")}'.");
        }

        using var progress = ConsoleProgress.For(addition.Name);
        var manifest = await adder.AddAsync(catalog, addition, progress, cancellationToken);
        var prompts = manifest.Prompts is { } own ? $", prompts {string.Join(" and ", own.Keys)}" : "";
        await output.WriteLineAsync(
            $"{manifest.Name}: added from {manifest.Repository} at {manifest.Revision}, {manifest.Dimensions} dimensions, {manifest.MaxTokens} tokens, " +
            $"{manifest.Pooling.ToString().ToLowerInvariant()} pooling{(manifest.Normalize ? " scaled to length 1" : "")}{prompts}. " +
            $"It is pinned in {Path.Combine(catalog.HomeOf(manifest), "model.json")}. {manifest.Description}".TrimEnd());
        return manifest;
    }

    private async Task CheckRevisionAsync(ModelManifest known, string? revision, CancellationToken cancellationToken)
    {
        if (revision is null || revision == known.Revision)
        {
            return;
        }

        if (known.Repository is null
            || await adder.CommitOfAsync(known.Repository, revision, cancellationToken) != known.Revision)
        {
            var home = catalog.HomeOf(known);
            throw new ModelException(
                $"'{known.Id}' is pinned at {known.Revision ?? "what comes with the program"}, and vectors of another " +
                "revision need not compare with its own. " +
                (Directory.Exists(home)
                    ? $"To move to {revision}, delete {home} and add the model again."
                    : $"Add {revision} under another name and from another repository."));
        }
    }

    [LoggerMessage(LogLevel.Information, "{Sentence}")]
    private partial void LogAdded(string sentence);
}
