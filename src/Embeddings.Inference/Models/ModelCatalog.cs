namespace Embeddings.Inference.Models;

/// <summary>The models that a folder describes: one sub-folder each, with a <c>model.json</c>. Immutable.</summary>
public sealed class ModelCatalog
{
    private ModelCatalog(string directory, IReadOnlyList<ModelManifest> manifests) => (Directory, Manifests) = (directory, manifests);

    /// <summary>The folder, as a full path.</summary>
    public string Directory { get; }

    /// <summary>Every model described, by name.</summary>
    public IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>Reads every manifest of a folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="precision">Which weights; null, and for models that do not have it, their first.</param>
    /// <exception cref="ModelException">There is no such folder, it describes no model, a manifest is wrong, or two share a name.</exception>
    public static ModelCatalog Read(string directory, string? precision = null)
    {
        var full = Path.GetFullPath(directory);
        if (!System.IO.Directory.Exists(full))
        {
            throw new ModelException($"There is no folder {full}; Models:Directory must name the one that holds <model>/model.json.");
        }

        var manifests = System.IO.Directory.EnumerateDirectories(full)
            .Select(folder => Path.Combine(folder, "model.json"))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .Select(path => ModelManifest.Read(path).At(precision))
            .ToList();
        if (manifests.Count == 0)
        {
            throw new ModelException($"{full} describes no model; Models:Directory must name the folder that holds <model>/model.json.");
        }

        var twice = manifests.SelectMany(manifest => manifest.Names)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null ? new ModelCatalog(full, manifests) : throw new ModelException($"{full} describes two models named '{twice.Key}'.");
    }

    /// <summary>The model of a short name, full id or alias, in any case; <see langword="null"/> if none is described.</summary>
    public ModelManifest? Find(string name) => Manifests.FirstOrDefault(manifest => manifest.IsNamed(name));

    /// <summary>Where a model's own files belong: <c>models/&lt;name&gt;</c>, also the target of downloads.</summary>
    public string HomeOf(ModelManifest manifest) => Path.Combine(Directory, manifest.Name);
}
