using System.Text.Json;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>
/// Adds a model by the name of its repository on the hub: reads the repository's own files, fetches its ONNX export,
/// tries it, and writes a <c>model.json</c> last. This is trust on first use: from then on the model must have the
/// commit, the sizes and the SHA-256 that were found.
/// </summary>
/// <param name="downloader">Fetches files.</param>
/// <param name="options">The hub.</param>
/// <param name="time">For the pauses between retries.</param>
public sealed class ModelAdder(ModelDownloader downloader, HubOptions options, TimeProvider time)
{
    private const string ManifestFile = "model.json";

    private static readonly JsonSerializerOptions Indented = new(ManifestJson.Default.Options)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Adds a model.</summary>
    /// <param name="catalog">The models known; the new one goes into its first folder.</param>
    /// <param name="addition">What to add.</param>
    /// <param name="progress">Told of the weights as they come.</param>
    /// <param name="cancellationToken">Ends the work; what has arrived of the weights is kept for the next try.</param>
    /// <returns>What was written.</returns>
    /// <exception cref="ModelException">It cannot be had, or cannot be run here; the message says why and what to
    /// do.</exception>
    public async Task<ModelManifest> AddAsync(
        ModelCatalog catalog,
        ModelAddition addition,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        CheckName(catalog, addition);
        using var http = ModelDownloader.CreateHttpClient(options, followsRedirects: false);
        var lister = new HubLister(http, options, time);
        var listing = await ListAsync(lister, addition.Repository, addition.Revision, cancellationToken)
            .ConfigureAwait(false);
        var onnx = addition.OnnxRepository is { } other
            ? await ListAsync(lister, other, null, cancellationToken).ConfigureAwait(false)
            : listing;
        var scratch = Directory.CreateTempSubdirectory("embeddings-");
        try
        {
            var manifest = await ReadAsync(listing, scratch.FullName, cancellationToken).ConfigureAwait(false) with { Name = addition.Name };
            manifest = WithWeights(manifest, listing, onnx);
            var home = catalog.HomeOf(manifest);
            await FetchAsync(manifest, scratch.FullName, home, progress, cancellationToken).ConfigureAwait(false);
            manifest = FittedGraph.Of(manifest, home);
            manifest = manifest with
            {
                Files = [.. manifest.Files.Select(file => Pinned(file, home))],
                Architecture = manifest.Architecture! with
                {
                    Parameters = WeightCount.Of(Path.Combine(home, manifest.At(null).Variants.GetAt(0).Value)),
                },
            };
            // A manifest that cannot be read would stop every later start.
            if (manifest.Problem() is { } problem)
            {
                throw new ModelException(
                    $"{addition.Repository} cannot be served: what its files say makes no model.json. {problem} " +
                    $"Nothing was added; {home} can be deleted.");
            }

            await TryAsync(manifest, home, cancellationToken).ConfigureAwait(false);
            Write(manifest, home);
            return ModelManifest.Read(Path.Combine(home, ManifestFile));
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    /// <summary>The commit that a revision of a known model's repository is at now.</summary>
    /// <exception cref="ModelException">The hub does not tell.</exception>
    public async Task<string> CommitOfAsync(string repository, string revision, CancellationToken cancellationToken)
    {
        using var http = ModelDownloader.CreateHttpClient(options, followsRedirects: false);
        return (await ListAsync(new HubLister(http, options, time), repository, revision, cancellationToken).ConfigureAwait(false)).Commit;
    }

    private static Task<HubListing> ListAsync(
        HubLister lister, string repository, string? revision, CancellationToken cancellationToken) =>
        lister.ListAsync(
            repository, revision ?? "main", [.. RepositoryFiles.All, .. OnnxExports.Candidates], cancellationToken);

    private static void CheckName(ModelCatalog catalog, ModelAddition addition)
    {
        if (catalog.Find(addition.Name) is { } namesake)
        {
            throw new ModelException(
                $"There is a model named '{addition.Name}' already, '{namesake.Id}'. Add this one under another " +
                $"name: 'models add {addition.Repository} --name <name>'.");
        }
    }

    // Small files are fetched each time, since nothing says of which commit an existing one is.
    private async Task<ModelManifest> ReadAsync(HubListing listing, string scratch, CancellationToken cancellationToken)
    {
        var small = Unpinned(listing, RepositoryFiles.All.Where(listing.Files.ContainsKey));
        await downloader.FetchListedAsync(small, scratch, null, cancellationToken).ConfigureAwait(false);
        return RepositoryReader.Read(new RepositoryFiles(listing.Repository, scratch), listing);
    }

    private static ModelManifest WithWeights(ModelManifest manifest, HubListing listing, HubListing onnx)
    {
        var exports = OnnxExports.Of(onnx);
        if (exports.Count == 0)
        {
            throw OnnxExports.Missing(onnx);
        }

        var weights = exports.Values.SelectMany(export => OnnxExports.Parts(onnx, export))
            .Select(path => onnx == listing
            ? onnx[path]
            : onnx[path] with { Repository = onnx.Repository, Revision = onnx.Commit });
        var dense = (manifest.Dense ?? []).Select(layer => layer.Weights);
        var small = RepositoryTokenizer.FilesOf(listing).Concat(dense).Select(path => listing[path]);
        return manifest with { Variants = exports, Files = [.. weights, .. small] };
    }

    private async Task FetchAsync(
        ModelManifest manifest,
        string scratch,
        string home,
        IProgress<DownloadProgress>? progress,
        CancellationToken cancellationToken)
    {
        var weights = manifest with { Files = [.. manifest.Files.Where(file => manifest.Variants.Values.Any(file.BelongsTo))] };
        foreach (var file in weights.Files.Where(file => file.Sha256.Length == 0))
        {
            // An earlier try left it, and perhaps of another commit.
            File.Delete(Path.Combine(home, file.Path));
            File.Delete(Path.Combine(home, file.Path + ".part"));
        }

        await downloader.FetchListedAsync(weights, home, progress, cancellationToken).ConfigureAwait(false);
        foreach (var file in manifest.Files.Except(weights.Files))
        {
            var target = Path.Combine(home, file.Path);
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(Path.Combine(scratch, file.Path), target, overwrite: true);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw DiskErrors.Sentence(target, file.Size, exception);
            }
        }
    }

    private static ModelFile Pinned(ModelFile file, string home)
    {
        using var stream = File.OpenRead(Path.Combine(home, file.Path));
        return file with { Size = stream.Length, Sha256 = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(stream)) };
    }

    // A graph with other inputs, or without its external data, fails here and not when it is served.
    private static async Task TryAsync(ModelManifest manifest, string home, CancellationToken cancellationToken)
    {
        foreach (var precision in manifest.Variants.Keys)
        {
            try
            {
                var settings = new EncoderSettings { Workers = 1 };
                if (manifest.Kind == ModelKind.CrossEncoder)
                {
                    using var scorer = new CrossEncoder(manifest.At(precision), home, settings);
                    await scorer.PredictAsync(["a"], cancellationToken: cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    using var encoder = new SentenceEncoder(manifest.At(precision), home, settings);
                    await encoder.GenerateAsync(["a"], cancellationToken: cancellationToken).ConfigureAwait(false);
                }
            }
            catch (Exception exception) when (exception is ModelException or EncodingException)
            {
                throw new ModelException(
                    $"{manifest.Id} cannot be run here: its {precision} export does not work. {exception.Message} " +
                    $"Its files are kept in {home}; delete the folder if you do not want them.", exception);
            }
        }
    }

    private static void Write(ModelManifest manifest, string home)
    {
        var path = Path.Combine(home, ManifestFile);
        var json = JsonSerializer.SerializeToUtf8Bytes(manifest, (System.Text.Json.Serialization.Metadata.JsonTypeInfo<ModelManifest>)Indented.GetTypeInfo(typeof(ModelManifest)));
        try
        {
            // The temporary name is unique, since two processes may add the same model at once.
            var part = $"{path}.{Guid.NewGuid():N}.part";
            using (var stream = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
            {
                stream.Write(json);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DiskErrors.Sentence(path, json.Length, exception);
        }
    }

    private static ModelManifest Unpinned(HubListing listing, IEnumerable<string> paths) => new()
    {
        Id = listing.Repository,
        License = "",
        Repository = listing.Repository,
        Revision = listing.Commit,
        Dimensions = 1,
        MaxTokens = 3,
        Pooling = Pooling.Mean,
        Normalize = false,
        Tokenizer = "",
        Variants = [],
        Files = [.. paths.Select(path => listing[path])],
    };
}
