namespace Embeddings.Inference.Models;

/// <summary>The models that some folders describe: one sub-folder each, with a <c>model.json</c>. Immutable.</summary>
public sealed class ModelCatalog
{
    private ModelCatalog(
        IReadOnlyList<string> directories, IReadOnlyList<ModelManifest> manifests, IReadOnlyList<string> problems) =>
        (Directories, Manifests, Problems) = (directories, manifests, problems);

    /// <summary>
    /// The folders, as full paths. The first is where models are added; it may be missing until then.
    /// </summary>
    public IReadOnlyList<string> Directories { get; }

    /// <summary>Every model described, by folder and name.</summary>
    public IReadOnlyList<ModelManifest> Manifests { get; }

    /// <summary>
    /// A sentence for each <c>quantized.json</c> that was ignored because it does not fit its model.
    /// </summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>
    /// Reads every manifest in some folders, and adds the int8 variants that were made here. If two folders describe a
    /// model of the same name or id, the first counts.
    /// </summary>
    /// <param name="directories">The folders. A folder that is missing describes nothing.</param>
    /// <param name="precision">The precision to serve. Models that do not have it serve fp32, or their first variant;
    /// null means the same for all.</param>
    /// <exception cref="ModelException">No model is described, a manifest is wrong, or two of one folder share a
    /// name.</exception>
    public static ModelCatalog Read(IReadOnlyList<string> directories, string? precision = null)
    {
        string[] full = [.. directories.Select(Path.GetFullPath).Distinct()];
        var manifests = new List<ModelManifest>();
        foreach (var directory in full)
        {
            var found = ReadFolder(directory);
            manifests.AddRange([.. found.Where(manifest => !manifests.Any(known => known.IsNamed(manifest.Name) || known.IsNamed(manifest.Id)))]);
        }

        var problems = new List<string>();
        manifests = [.. manifests.Select(manifest => WithQuantized(manifest, full, problems).At(precision))];
        return manifests.Count > 0
            ? new ModelCatalog(full, manifests, problems)
            : throw new ModelException(
                $"No model is described in {string.Join(" or ", full)}; Models:Directory must name a folder that " +
                "holds <model>/model.json.");
    }

    /// <summary>
    /// The model of a short name, full id or alias, in any case; <see langword="null"/> if none is described.
    /// </summary>
    public ModelManifest? Find(string name) => Manifests.FirstOrDefault(manifest => manifest.IsNamed(name));

    /// <summary>The short names of all, as a sentence lists them.</summary>
    public string Names => string.Join(", ", Manifests.Select(manifest => manifest.Name));

    /// <summary>Where a model's own files belong that are not here yet: the target of downloads.</summary>
    public string HomeOf(ModelManifest manifest) => Path.Combine(Directories[0], manifest.Name);

    /// <summary>These models and one that was added to the first folder meanwhile.</summary>
    public ModelCatalog With(ModelManifest added) => new(Directories, [.. Manifests, added], Problems);

    private static List<ModelManifest> ReadFolder(string directory)
    {
        if (!Directory.Exists(directory))
        {
            return [];
        }

        var manifests = Directory.EnumerateDirectories(directory)
            .Select(folder => Path.Combine(folder, "model.json"))
            .Where(File.Exists)
            .Order(StringComparer.Ordinal)
            .Select(ModelManifest.Read)
            .ToList();
        var twice = manifests.SelectMany(manifest => manifest.Names)
            .GroupBy(name => name, StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null
            ? manifests
            : throw new ModelException($"{directory} describes two models named '{twice.Key}'.");
    }

    // The folder of the weights that come with the program may be read-only. Variants made from them are then in the
    // folder of added models.
    private static ModelManifest WithQuantized(
        ModelManifest manifest, IEnumerable<string> directories, List<string> problems)
    {
        foreach (var directory in directories.Reverse())
        {
            manifest = QuantizedEntry.AddTo(manifest, Path.Combine(directory, manifest.Name), out var problem);
            problems.AddRange(problem is null ? [] : [problem]);
        }

        return manifest;
    }
}
