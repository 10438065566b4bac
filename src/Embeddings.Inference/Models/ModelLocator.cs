namespace Embeddings.Inference.Models;

/// <summary>
/// Looks for a model's files on this machine, in this order: the folders of a search path, the catalog's own folders,
/// the Hugging Face hub cache. A folder counts only if every file is there with the size and SHA-256 of the manifest.
/// It does not use the network.
/// </summary>
/// <param name="catalog">The models known.</param>
/// <param name="searchPath">Folders that hold model folders, by short name or by full id.</param>
/// <param name="hubCache">The hub's cache folder (<c>HF_HUB_CACHE</c>).</param>
public sealed class ModelLocator(ModelCatalog catalog, IReadOnlyList<string> searchPath, string hubCache)
{
    /// <summary>
    /// The folder that holds the model, or <see langword="null"/>, with what is wrong in each folder that has some of
    /// its files.
    /// </summary>
    /// <param name="manifest">The model.</param>
    /// <param name="problems">A sentence for each file that is not what the manifest says.</param>
    /// <param name="compareHashes">Whether files are read for their SHA-256. A caller that loads the model must ask for
    /// this.</param>
    public string? Find(ModelManifest manifest, out IReadOnlyList<string> problems, bool compareHashes = true)
    {
        var found = new List<string>();
        problems = found;
        foreach (var folder in Folders(manifest).Where(folder => manifest.Files.Any(file => File.Exists(Path.Combine(folder, file.Path)))))
        {
            var wrong = manifest.Files.Select(file => ModelFiles.Problem(file, folder, compareHashes)).OfType<string>()
                .ToList();
            if (wrong.Count == 0)
            {
                return folder;
            }

            found.AddRange(wrong);
        }

        return null;
    }

    private IEnumerable<string> Folders(ModelManifest manifest)
    {
        foreach (var folder in searchPath)
        {
            yield return Path.Combine(folder, manifest.Name);
            yield return Path.Combine(folder, manifest.Id);
        }

        foreach (var folder in catalog.Directories)
        {
            yield return Path.Combine(folder, manifest.Name);
        }

        if (manifest is { Repository: { } repository, Revision: { } revision })
        {
            yield return Path.Combine(hubCache, "models--" + repository.Replace("/", "--", StringComparison.Ordinal), "snapshots", revision);
        }
    }
}
