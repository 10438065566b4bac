using Embeddings.Storage.Tests.Sqlite.Crash;

namespace Embeddings.Storage.Tests.Sqlite;

/// <summary>Which reads need the file at all.</summary>
public sealed class ReadersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_fetches_no_part_of_a_document_does_not_read_the_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only there a file can be moved while it is open.");
        await using var store = await Stores.OpenAsync(_folder.File("store.db"));
        var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
        await docs.UpsertAsync([Operation.Make("a", 1)], Token);
        // Without its file every read fails that has no connection yet.
        File.Move(_folder.File("store.db"), _folder.File("aside.db"));
        var query = new float[Operation.Settings.Dimensions];
        Assert.Equal(
            "a",
            Assert.Single((await docs.SearchAsync(new SearchRequest(query, 5) { Parts = DocumentParts.None }, Token))[0]).Document.Id);
        Assert.Empty((await docs.SearchAsync(new SearchRequest(query, 5) { Offset = 5 }, Token))[0]);
        Assert.Empty(await docs.GetAsync(["b"], DocumentParts.All, Token));
        Assert.Empty((await docs.ListAsync(null, "100", 5, DocumentParts.All, Token)).Documents);
        await Assert.ThrowsAsync<StoreStoppedException>(() => docs.GetAsync(["a"], DocumentParts.All, Token));
    }
}
