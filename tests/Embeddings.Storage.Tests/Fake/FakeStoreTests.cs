using Embeddings.Storage.Tests.Contract;

namespace Embeddings.Storage.Tests.Fake;

public sealed class FakeStoreTests : DocumentStoreContract
{
    protected override Task<IDocumentStore> OpenAsync(string folder) =>
        Task.FromResult<IDocumentStore>(FakeStore.Open(folder));
}
