using Embeddings.Storage.Tests.Contract;

namespace Embeddings.Storage.Tests.Sqlite;

public sealed class SqliteDocumentStoreTests : DocumentStoreContract
{
    protected override async Task<IDocumentStore> OpenAsync(string folder) =>
        await Stores.OpenAsync(Path.Combine(folder, "store.db"));
}
