using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Contract;

/// <summary>What every store must do. A store's test class says how it is opened, and no more.</summary>
public abstract partial class DocumentStoreContract : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();

    protected IDocumentStore Store { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Opens the store that is in a folder; makes it when the folder is empty.</summary>
    protected abstract Task<IDocumentStore> OpenAsync(string folder);

    public async ValueTask InitializeAsync() => Store = await OpenAsync(_folder.Path);

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    // A store that does not declare a capability says so to whoever uses it all the same.
    private async Task<bool> LacksAsync(StoreCapabilities capability)
    {
        if (Store.Capabilities.HasFlag(capability))
        {
            return false;
        }

        var collection = await CreateAsync(name: "unable");
        await Assert.ThrowsAsync<NotSupportedException>(() => capability switch
        {
            StoreCapabilities.Reembedding => collection.ReembedAsync(new ReembedRequest("model", 2, (_, _) => null!), Token),
            StoreCapabilities.Classifiers => Store.Classifiers.ListAsync(Token),
            StoreCapabilities.FaissExport => collection.WriteFaissAsync(Stream.Null, Token),
            _ => Store.BackupAsync(Token),
        });
        return true;
    }

    private async Task ReopenAsync()
    {
        await Store.DisposeAsync();
        Store = await OpenAsync(_folder.Path);
    }

    private async Task<IDocumentCollection> CreateAsync(
        int dimensions = 2, Metric metric = Metric.InnerProduct, string name = "docs") =>
        (await Store.CreateAsync(name, new CollectionSettings("model", dimensions, metric), Token)).Collection;

    private static Document Doc(string id, string? text = null, string? metadata = null) =>
        TestDocuments.Make(id, text, metadata, 1, 2);
}
