using System.Net;
using Embeddings.Api.Errors;
using Embeddings.Storage;
using Microsoft.Data.Sqlite;

namespace Embeddings.Api.Tests.Collections;

/// <summary>
/// Faults of the file while the server runs, as a client sees them: a status that says so, no path, and everything else
/// works.
/// </summary>
public sealed class StoreFaultsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-faults-");

    private string Store => Path.Combine(_folder.FullName, "kept.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_row_that_is_damaged_while_the_server_runs_is_the_servers_fault_and_no_other_documents()
    {
        await using var server = new Server(new() { ["Storage:Path"] = Store });
        await server.AddAsync("a", """[{"id": "x", "text": "here"}, {"id": "y", "text": "there"}]""");
        Execute("UPDATE documents_1 SET text = 'elsewhere' WHERE id = 'x'");
        var reply = (await server.GetAsync("/collections/a/documents/x")).AssertEnvelope(
            HttpStatusCode.InternalServerError);
        Assert.Equal("server_error", reply.Error["type"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/collections/a/documents/y")).Status);
    }

    [Fact]
    public async Task What_an_import_has_kept_is_told_also_when_the_rest_of_its_batch_fails()
    {
        await using var server = new Server(new() { ["Storage:Path"] = Store });
        await server.AddAsync("a", """[{"id": "x", "vector": [1]}]""");
        Execute("CREATE TRIGGER fails BEFORE INSERT ON documents_1 WHEN NEW.id = 'fails' BEGIN SELECT RAISE(ABORT, 'no'); END");
        // Many documents before a wrong line are stored before it is read.
        var good = string.Concat(Enumerable.Range(0, 300).Select(i => $$"""{"id": "{{i}}", "vector": [1]}""" + "\n"));
        var reply = await server.PostAsync(
            good + """
            {"id": "wrong", "vector": [1, 2]}
            {"id": "fails", "vector": [1]}
            """,
            "/collections/a/import?on_error=skip");
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.StartsWith("""{"imported":300,"done":false,"error":{"message":"The store failed""", reply.Text, StringComparison.Ordinal);
        Assert.Equal(301, reply.Json["skipped_lines"]![0]!["line"]!.GetValue<int>());
        Assert.Equal(301, (await server.PostAsync("{}", "/collections/a/count")).Json["count"]!.GetValue<int>());
    }

    [Fact]
    public void What_passes_or_needs_an_operator_is_a_503_and_names_no_path()
    {
        StoreException[] failures = [new StoreBusyException("/data/a.db"), new StoreStoppedException("/data/a.db"), new ReadEndedException("a"), new CollectionNotLoadedException("a", 7)];
        foreach (var error in failures.Select(ErrorTable.Of))
        {
            Assert.Equal((503, "server_error"), (error.Status, OpenAiDialect.Error(error).Type));
            Assert.DoesNotContain("/data", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Data_of_this_server_that_is_invalid_is_not_blamed_on_the_client() =>
        Assert.Equal(500, ErrorTable.Of(new InvalidDataException("A row is damaged.")).Status);

    [Theory]
    [InlineData("")]
    [InlineData(".lock")]
    public async Task A_file_that_was_removed_refuses_writes_and_answers_searches(string name)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux tells which file stands under a name.");
        await using var server = new Server(new() { ["Storage:Path"] = Store });
        await server.AddAsync("a", """[{"id": "x", "text": "here"}]""");
        File.Move(Store + name, Store + ".aside");
        (string Method, string Path, string? Body)[] writes =
        [
            ("POST", "/collections/a/documents", """{"documents": ["b"]}"""), ("POST", "/collections/b/documents", """{"documents": ["b"]}"""), ("PUT", "/collections/c", null),
            ("DELETE", "/collections/a", null), ("DELETE", "/collections/a/documents/x", null), ("POST", "/collections/a/import", "\"b\""),
        ];
        foreach (var (method, path, body) in writes)
        {
            var reply = (await server.SendAsync(new HttpMethod(method), path, body)).AssertEnvelope(
                HttpStatusCode.ServiceUnavailable);
            Assert.Contains(
                "nothing is written until this server is restarted", reply.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.FullName, reply.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["x"], (await server.PostAsync("""{"collection": "a", "query": "here", "include": []}""", "/search")).Ids());
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = "a" })).Status);
        // The test waits for the lock file to be free.
        File.Delete($"{Store}.lock");
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Store};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
