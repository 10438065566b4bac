using Embeddings.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Storage.Tests.Sqlite;

/// <summary>Stores in files.</summary>
internal static class Stores
{
    public static Task<SqliteDocumentStore> OpenAsync(string path, Durability durability = Durability.Full) =>
        OpenAsync(path, Schema.Steps, durability);

    public static Task<SqliteDocumentStore> OpenAsync(
        string path, IReadOnlyList<Action<Connection>> steps, Durability durability = Durability.Full) =>
        SqliteDocumentStore.OpenAsync(
            new SqliteStoreSettings(path) { Durability = durability }, TimeProvider.System,
            NullLogger<SqliteDocumentStore>.Instance, steps, TestContext.Current.CancellationToken);
}
