using Embeddings.Storage.Tests.Sqlite.Crash;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>
/// The files of a store, with and without its log, to be copied and damaged, and what was acknowledged.
/// </summary>
internal sealed class StoreFiles : IDisposable
{
    private const int Dimensions = 8;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, List<Document>> _truth = [];

    /// <summary>As after a clean end.</summary>
    public string Closed => _folder.File("closed");

    /// <summary>As after a kill: the newest writes are in the log alone.</summary>
    public string Unclosed => _folder.File("unclosed");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<StoreFiles> MakeAsync()
    {
        var (files, random) = (new StoreFiles(), new Random(7));
        var path = files._folder.File("made/store.db");
        await using (var store = await Stores.OpenAsync(path))
        {
            await files.WriteAsync(store, random);
        }

        await using (var store = await Stores.OpenAsync(path))
        {
            await files.WriteAsync(store, random);
            // Another process makes the copy, because .NET cannot read the lock file while it is locked.
            Assert.True(await Shell.RunAsync("cp", "-a", files._folder.File("made"), files.Unclosed));
        }

        Assert.True(await Shell.RunAsync("cp", "-a", files._folder.File("made"), files.Closed));
        return files;
    }

    /// <summary>Copies one of both into a new folder.</summary>
    /// <returns>Path of the store's file.</returns>
    public static string Copy(string from, TemporaryFolder to)
    {
        foreach (var file in Directory.GetFiles(from).Where(file => !file.EndsWith("-shm", StringComparison.Ordinal)))
        {
            File.Copy(file, to.File(Path.GetFileName(file)));
        }

        return to.File("store.db");
    }

    /// <summary>Opens a damaged store: it refuses, or everything it says is right.</summary>
    /// <returns>Why it refuses, or null.</returns>
    public async Task<StoreException?> OpenAsync(string path)
    {
        byte[][] before = [Read(path), Read($"{path}-wal")];
        try
        {
            await using var store = await Stores.OpenAsync(path);
            await IsRightAsync(store);
            return null;
        }
        catch (StoreException exception)
        {
            Assert.True(before[0].AsSpan().SequenceEqual(Read(path)), "The refused file was changed.");
            Assert.True(
                before[1].AsSpan().SequenceEqual(Read($"{path}-wal")), "The log of a refused file was changed.");
            return exception;
        }
    }

    /// <summary>All that was acknowledged is there, and nothing else.</summary>
    public async Task IsRightAsync(IDocumentStore store)
    {
        Assert.Equal(
            _truth.Keys.Order(StringComparer.Ordinal),
            (await store.ListAsync(Token)).Select(collection => collection.Info.Name));
        foreach (var collection in await store.ListAsync(Token))
        {
            var documents = await TestDocuments.ReadAsync(collection, Token);
            Assert.Equal(TestDocuments.Show(_truth[collection.Info.Name]), TestDocuments.Show(documents));
            Assert.Equal(
                TestDocuments.Show(documents),
                TestDocuments.Show(await collection.ReadAllAsync(DocumentParts.All, Token).ToListAsync(Token)));
            await CrashedStore.SearchesAreRightAsync(collection, documents);
        }
    }

    public void Dispose() => _folder.Dispose();

    // One document a write: each is a commit of its own in the log.
    private async Task WriteAsync(IDocumentStore store, Random random)
    {
        foreach (var metric in new[] { Metric.Cosine, Metric.Euclidean })
        {
            var (docs, _) = await store.CreateAsync(
                $"{metric}", new CollectionSettings("model", Dimensions, metric), Token);
            var truth = _truth.TryGetValue(docs.Info.Name, out var known) ? known : _truth[docs.Info.Name] = [];
            for (var i = 0; i < 40; i++)
            {
                var id = $"id {random.Next(60)}";
                truth.RemoveAll(document => document.Id == id);
                if (random.Next(4) == 0)
                {
                    await docs.DeleteAsync([id], Token);
                    continue;
                }

                // Some take pages of their own.
                var text = new string(
                    (char)('a' + random.Next(26)), random.Next(6) == 0 ? random.Next(40_000) : random.Next(300));
                var document = TestDocuments.Make(id, text, $$"""{"n":{{i}}}""", TestDocuments.Vector(random, Dimensions));
                await docs.UpsertAsync([document], Token);
                truth.Add(document);
            }
        }
    }

    private static byte[] Read(string path) => File.Exists(path) ? File.ReadAllBytes(path) : [];
}
