using Embeddings.Api.Errors;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Embedding;

/// <summary>
/// The models this process serves, by every name they have. Filled before serving starts. Vectors of two models do not
/// mix, so nothing may change which model a name means while clients are storing vectors: a model that is added later
/// gets only names that no model has.
/// </summary>
internal sealed class ModelRegistry : IDisposable
{
    private readonly Lock _adding = new();
    private volatile Content? _content;
    private volatile bool _isWarm;

    /// <summary>Serves requests that name no model, and those that use an OpenAI name.</summary>
    public ServedModel Default => Filled.Default;

    /// <summary>Every model whose files are here.</summary>
    public IReadOnlyList<ServedModel> All => Filled.All;

    /// <summary>
    /// What a client can choose from: the id of every model, the default one first, and then their aliases.
    /// </summary>
    public IEnumerable<(string Name, ServedModel Model)> Names
    {
        get
        {
            var models = All.OrderBy(model => model != Default).ToList();
            return models.Select(model => (model.Manifest.Id, model))
                .Concat(
                    from model in models
                    from alias in Filled.Names.AliasesOf(model.Manifest)
                    select (alias, model));
        }
    }

    /// <summary>Whether the default model has embedded its first text, and can go on.</summary>
    public bool IsReady => _isWarm && Default.IsHealthy;

    /// <summary>The states of the models that are loaded, by their ids.</summary>
    public IEnumerable<(string Model, EncoderState State)> States =>
        All.Where(model => model.State is not null).Select(model => (model.Manifest.Id, model.State!));

    private Content Filled =>
        _content ?? throw new InvalidOperationException("The models are chosen when the host starts.");

    /// <summary>Says what is served, once.</summary>
    /// <param name="catalog">Every model that is described here.</param>
    /// <param name="all">Those whose files are here.</param>
    /// <param name="standard">The default one of these.</param>
    /// <param name="aliases">Other names → <see cref="ModelNames.Default"/> or a model.</param>
    /// <param name="unknown">What a request gets that names an unknown model.</param>
    /// <param name="reranker">The one of these that ranks for requests which name none; null for the first
    /// cross-encoder, and if there is none, the default model.</param>
    public void Fill(
        ModelCatalog catalog, IReadOnlyList<ServedModel> all, ServedModel standard, IDictionary<string, string> aliases,
        UnknownModel unknown, ServedModel? reranker = null) =>
        _content = new Content(
            catalog, all, standard, aliases, unknown,
            reranker ?? all.FirstOrDefault(model => model.IsReranker) ?? standard);

    /// <summary>Every model that is described here, those included that were added meanwhile.</summary>
    public ModelCatalog Catalog => Filled.Catalog;

    /// <summary>The model that has a name, whether its files are here or not; null if none has it.</summary>
    public ModelManifest? Described(string name) => Filled.Names.Find(name);

    /// <summary>Serves one more model, by its own names: its files are here now.</summary>
    public void Add(ServedModel model)
    {
        lock (_adding)
        {
            var (catalog, all, standard, aliases, unknown, reranker) = Filled;
            catalog = catalog.Manifests.Contains(model.Manifest) ? catalog : catalog.With(model.Manifest);
            _content = new Content(catalog, [.. all, model], standard, aliases, unknown, reranker);
        }
    }

    /// <summary>Says that the default model has embedded its first text.</summary>
    public void SetWarm() => _isWarm = true;

    /// <summary>The model of a name: none, an id, a short name or an alias.</summary>
    /// <exception cref="UnknownModelException">The name is unknown.</exception>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    /// <exception cref="WrongModelException">The model makes no vectors.</exception>
    public ServedModel Resolve(string? name) => Encoder(Find(name, Filled.Unknown) ?? Default);

    /// <summary>The model of a name, whatever it makes.</summary>
    /// <exception cref="UnknownModelException">The name is unknown.</exception>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    public ServedModel ResolveAny(string? name) => Find(name, Filled.Unknown) ?? Default;

    /// <summary>
    /// The model that ranks documents: the named one; without a name, or with an unknown one, this server's own. Every
    /// tool sends the name of its vendor's reranker, and the reply tells which model ranked. Scores are used at once and
    /// not kept, so nothing mixes as vectors of two models would.
    /// </summary>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    /// <exception cref="WrongModelException">The model gives scores of labels.</exception>
    public ServedModel ResolveReranker(string? name)
    {
        var model = Find(name, UnknownModel.ServeDefault) ?? Filled.Reranker;
        return model.IsEncoder || model.IsReranker
            ? model
            : throw new WrongModelException(
                $"'{model.Manifest.Id}' gives scores of its labels (POST /predict), and does not rank documents.",
                Fault.NoReranker);
    }

    /// <summary>
    /// The model that makes sparse vectors: the named one; without a name the default model if it can, or else the first
    /// that can.
    /// </summary>
    /// <exception cref="UnknownModelException">The name is unknown.</exception>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    /// <exception cref="WrongModelException">The model makes none.</exception>
    public ServedModel ResolveSparse(string? name)
    {
        var model = Find(name, Filled.Unknown)
            ?? All.Prepend(Default).FirstOrDefault(model => model.IsSparse) ?? Default;
        return model.IsSparse
            ? model
            : throw new WrongModelException(
                $"'{model.Manifest.Id}' makes no sparse vectors: its pooling is not SPLADE's.", Fault.NoSparseVectors);
    }

    /// <summary>The model that labels texts: the named one, or without a name the first that has labels.</summary>
    /// <exception cref="UnknownModelException">The name is unknown, or no model has labels.</exception>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    /// <exception cref="WrongModelException">The model has no labels.</exception>
    public ServedModel ResolveClassifier(string? name)
    {
        var model = Find(name, UnknownModel.Reject) ?? All.FirstOrDefault(model => model.IsClassifier)
            ?? throw new NoClassifierModelException();
        return model.IsClassifier
            ? model
            : throw new WrongModelException(
                $"'{model.Manifest.Id}' has no labels. POST /classify labels texts by the vectors of any model.",
                Fault.NoClassifier);
    }

    /// <summary>
    /// The model of a name. An unknown name fails even if the settings serve it by the default model. This is for
    /// changes that cannot be undone.
    /// </summary>
    /// <exception cref="UnknownModelException">The name is unknown.</exception>
    /// <exception cref="ModelNotFetchedException">The model is known but its files are not here.</exception>
    /// <exception cref="WrongModelException">The model makes no vectors.</exception>
    public ServedModel ResolveKnown(string name) => Encoder(Find(name, UnknownModel.Reject) ?? Default);

    public void Dispose()
    {
        foreach (var model in _content?.All ?? [])
        {
            model.Dispose();
        }
    }

    private static ServedModel Encoder(ServedModel model) => model.IsEncoder
        ? model
        : throw new WrongModelException(
            $"'{model.Manifest.Id}' is a cross-encoder: it makes no vectors. " +
            (model.IsReranker ? "It ranks documents (POST /rerank)." : "It labels texts (POST /predict)."),
            Fault.NoEncoder);

    // Null for the model of requests that name none.
    private ServedModel? Find(string? name, UnknownModel whatIfUnknown)
    {
        if (name is null)
        {
            return null;
        }

        if (Filled.Names.Find(name) is not { } manifest)
        {
            return whatIfUnknown == UnknownModel.ServeDefault ? null : throw new UnknownModelException(name);
        }

        return All.FirstOrDefault(model => model.Manifest == manifest)
            ?? throw new ModelNotFetchedException(name, manifest.Name);
    }

    private sealed record Content(
        ModelCatalog Catalog, IReadOnlyList<ServedModel> All, ServedModel Default, IDictionary<string, string> Aliases,
        UnknownModel Unknown, ServedModel Reranker)
    {
        public ModelNames Names { get; } = ModelNames.Of(Catalog, Default.Manifest, Aliases);
    }
}

/// <summary>What a request gets that names an unknown model.</summary>
internal enum UnknownModel
{
    /// <summary>404 <c>model_not_found</c>.</summary>
    Reject,

    /// <summary>The default model, named in the reply.</summary>
    ServeDefault,
}

/// <summary>A request names an unknown model.</summary>
internal sealed class UnknownModelException(string name) : FailureException(
    FailureKind.ModelNotFound, $"The model '{name}' does not exist or you do not have access to it.", "model")
{
    /// <inheritdoc/>
    public override Failure Failure => base.Failure with { Model = name };
}

/// <summary>A request names a model of another kind than its route needs.</summary>
internal sealed class WrongModelException(string message, Fault fault) : FailureException(
    FailureKind.InvalidRequest, message, "model")
{
    /// <inheritdoc/>
    public override Failure Failure => base.Failure with { Fault = fault };
}

/// <summary>A text is to be labelled, and no model with labels is served.</summary>
internal sealed class NoClassifierModelException() : FailureException(
    FailureKind.ModelNotFound,
    "No model with labels of its own is on this server. Add one with " +
    $"'{Invocation.Current.Of("models add <owner>/<name>")}', or label texts by the vectors of any model: POST " +
    "/classify.",
    "model")
{
    /// <inheritdoc/>
    public override Failure Failure => base.Failure with { Fault = Fault.NoClassifier };
}

/// <summary>A request names a model that is known but whose files are not here.</summary>
internal sealed class ModelNotFetchedException(string name, string model) : FailureException(
    FailureKind.ModelNotFound,
    $"The model '{name}' is known, but its files are not on this server. Fetch them with " +
    $"'{Invocation.Current.Of($"models pull {model}")}' and restart.",
    "model")
{
    /// <inheritdoc/>
    public override Failure Failure => base.Failure with { Model = name };
}

/// <summary>The default model has not embedded its first text yet, or fails.</summary>
internal sealed class NotReadyException() : FailureException(
    FailureKind.Unavailable, "The model is still being loaded, or fails at every text. Try again in a moment.");
