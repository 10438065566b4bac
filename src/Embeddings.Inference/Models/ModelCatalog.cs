using Embeddings.Inference.Quantization;

namespace Embeddings.Inference.Models;

/// <summary>The models that a folder describes: one sub-folder each, with a <c>model.json</c>. Immutable.</summary>
public sealed class ModelCatalog
{
    private ModelCatalog(string directory, IReadOnlyList<ModelManifest> manifests, IReadOnlyList<string> problems) =>
        (Directory, Manifests, Problems) = (directory, manifests, problems);

    /// <summary>The folder, as a full path.</summary>
    public string Directory { get; }

    /// <summary>Every model described, by name.</summary>
    public IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>What was passed over and why, as sentences: each <c>quantized.json</c> that does not fit its model.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Reads every manifest of a folder, with the 8-bit variants that were made of its models.</summary>
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

        var problems = new List<string>();
        var manifests = System.IO.Directory.EnumerateDirectories(full)
            .Select(folder => Path.Combine(folder, "model.json"))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .Select(path => WithQuantized(ModelManifest.Read(path), Path.GetDirectoryName(path)!, problems).At(precision))
            .ToList();
        if (manifests.Count == 0)
        {
            throw new ModelException($"{full} describes no model; Models:Directory must name the folder that holds <model>/model.json.");
        }

        var twice = manifests.SelectMany(manifest => manifest.Names)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null ? new ModelCatalog(full, manifests, problems) : throw new ModelException($"{full} describes two models named '{twice.Key}'.");
    }

    /// <summary>The model of a short name, full id or alias, in any case; <see langword="null"/> if none is described.</summary>
    public ModelManifest? Find(string name) => Manifests.FirstOrDefault(manifest => manifest.IsNamed(name));

    /// <summary>Where a model's own files belong: <c>models/&lt;name&gt;</c>, also the target of downloads.</summary>
    public string HomeOf(ModelManifest manifest) => Path.Combine(Directory, manifest.Name);

    private static ModelManifest WithQuantized(ModelManifest manifest, string folder, List<string> problems)
    {
        var all = QuantizedEntry.AddTo(manifest, folder, out var problem);
        problems.AddRange(problem is null ? [] : [problem]);
        return all;
    }
}
