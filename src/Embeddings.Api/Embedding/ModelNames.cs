using Embeddings.Inference.Models;

namespace Embeddings.Api.Embedding;

/// <summary>
/// The models that are described here by every name that a request may use, in any case. As at Ollama, a name with the
/// tag <c>:latest</c> is the same as one without a tag.
/// </summary>
internal sealed class ModelNames
{
    /// <summary>What an alias points at that means the default model.</summary>
    public const string Default = "default";

    private readonly Dictionary<string, ModelManifest> _models = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, ModelManifest> _aliases = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Collects the names. A name or id of a model stands for that model, whatever the settings say, since a client
    /// that asks for a model must never get the vectors of another. The settings come before the aliases of manifests.
    /// </summary>
    /// <param name="catalog">Every model that is described here.</param>
    /// <param name="standard">The default one.</param>
    /// <param name="settings">Other names → <see cref="Default"/> or a model of the catalog.</param>
    public static ModelNames Of(ModelCatalog catalog, ModelManifest standard, IDictionary<string, string> settings)
    {
        var names = new ModelNames();
        foreach (var model in catalog.Manifests)
        {
            names._models.TryAdd(ModelManifest.WithoutLatest(model.Name), model);
            names._models.TryAdd(ModelManifest.WithoutLatest(model.Id), model);
        }

        foreach (var (alias, target) in settings)
        {
            names.Add(alias, target == Default ? standard : catalog.Find(target)!);
        }

        foreach (var model in catalog.Manifests)
        {
            foreach (var alias in model.Aliases ?? [])
            {
                names.Add(alias, model);
            }
        }

        return names;
    }

    /// <summary>The model of a name; null if none has it.</summary>
    public ModelManifest? Find(string name) => _models.GetValueOrDefault(ModelManifest.WithoutLatest(name));

    /// <summary>The aliases of a model, those of its manifest first.</summary>
    public IEnumerable<string> AliasesOf(ModelManifest model) =>
        _aliases.Where(alias => alias.Value == model).Select(alias => alias.Key)
            .OrderBy(alias => !model.IsNamed(alias));

    private void Add(string alias, ModelManifest model)
    {
        if (_models.TryAdd(ModelManifest.WithoutLatest(alias), model))
        {
            _aliases.Add(alias, model);
        }
    }
}
