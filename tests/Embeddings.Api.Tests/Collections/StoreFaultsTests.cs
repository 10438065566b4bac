using System.Net;

namespace Embeddings.Api.Tests.Collections;

/// <summary>Faults of the file while the server runs, as a client sees them: a status that says so, no path, and everything else works.</summary>
public sealed class StoreFaultsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-faults-");

    private string Store => Path.Combine(_folder.FullName, "kept.db");

    public void Dispose() => _folder.Delete(recursive: true);

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
            var reply = (await server.SendAsync(new HttpMethod(method), path, body)).AssertEnvelope(HttpStatusCode.ServiceUnavailable);
            Assert.Contains("nothing is written until this server is restarted", reply.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(_folder.FullName, reply.Message, StringComparison.Ordinal);
        }

        Assert.Equal(["x"], (await server.PostAsync("""{"collection": "a", "query": "here", "include": []}""", "/search")).Ids());
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = "a" })).Status);
        // The test waits for the lock file to be free.
        File.Delete($"{Store}.lock");
    }
}
