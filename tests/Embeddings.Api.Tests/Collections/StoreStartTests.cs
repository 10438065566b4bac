using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Embeddings.Api.Tests.Startup;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Collections;

/// <summary>
/// Starting on a file, as an operator sees it: what cannot be used is left as it is, and a sentence says why.
/// </summary>
public sealed class StoreStartTests : IDisposable
{
    private static readonly string[] Listen = ["--urls", "http://127.0.0.1:0"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-start-");

    private string Store => Path.Combine(_folder.FullName, "kept.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_second_server_on_one_file_says_so_and_stops()
    {
        using var first = new ChildServer(Listen, Environment());
        using var client = await first.ConnectAsync();
        var (code, output) = await ChildServer.RunAsync(Listen, Environment());
        AssertSentence(code, output, "is in use by another process");
        Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync(Documents("a"), new { documents = new[] { "still here" } }, Server.Cancelled)).StatusCode);
    }

    [Fact]
    public async Task What_was_acknowledged_is_there_after_a_kill()
    {
        using (var first = new ChildServer(Listen, Environment()))
        {
            using var client = await first.ConnectAsync();
            Assert.Equal(HttpStatusCode.OK, (await client.PostAsJsonAsync(Documents("a"), new { documents = new[] { new { id = "x", text = "here" } } }, Server.Cancelled)).StatusCode);
        }

        using var second = new ChildServer(Listen, Environment());
        using var again = await second.ConnectAsync();
        var document = await again.GetFromJsonAsync<JsonNode>(
            new Uri("/collections/a/documents/x", UriKind.Relative), Server.Cancelled);
        Assert.Equal("here", document!["text"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("notes, which are no database", "is not a store of this program, or its beginning is damaged")]
    [InlineData("SQLite format 3\0 and then nothing", "is not a store of this program, or its beginning is damaged")]
    public async Task A_foreign_file_is_left_as_it_is(string content, string sentence)
    {
        await File.WriteAllTextAsync(Store, content + new string('x', 10_000), Server.Cancelled);
        var before = await File.ReadAllBytesAsync(Store, Server.Cancelled);
        var (code, output) = await ChildServer.RunAsync(Listen, Environment());
        AssertSentence(code, output, sentence);
        Assert.Equal(before, await File.ReadAllBytesAsync(Store, Server.Cancelled));
    }

    [Fact]
    public async Task A_damaged_file_is_left_as_it_is()
    {
        await using (var server = new Server(new() { ["Storage:Path"] = Store }))
        {
            await server.AddAsync("a", $"[{string.Join(',', Enumerable.Range(0, 2000).Select(i => $$"""{"id": {{i}}, "vector": [{{i}}, 1, 2, 3]}"""))}]");
        }

        var bytes = await File.ReadAllBytesAsync(Store, Server.Cancelled);
        bytes.AsSpan(bytes.Length / 2, 5000).Fill(0x5A);
        await File.WriteAllBytesAsync(Store, bytes, Server.Cancelled);
        var (code, output) = await ChildServer.RunAsync(Listen, Environment());
        AssertSentence(code, output, "damaged");
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Store, Server.Cancelled));
    }

    [Fact]
    public async Task If_the_file_cannot_be_written_only_collections_fail()
    {
        await using var server = new Server(new() { ["Storage:Path"] = "/proc/embeddings/kept.db" });
        (string Method, string Path, string? Body)[] stored =
        [
            ("GET", "/collections", null), ("PUT", "/collections/a", "{}"), ("GET", "/collections/a", null), ("DELETE", "/collections/a", null),
            ("POST", "/collections/a/documents", """{"documents": ["a"]}"""), ("GET", "/collections/a/documents", null), ("GET", "/collections/a/documents/b", null),
            ("DELETE", "/collections/a/documents/b", null), ("POST", "/collections/a/documents/list", "{}"), ("POST", "/collections/a/documents/delete", """{"ids": []}"""),
            ("POST", "/collections/a/count", "{}"), ("POST", "/collections/a/import", "\"a\""), ("POST", "/collections/a/reembed", """{"model": "static-en-384"}"""), ("GET", "/collections/a/export", null), ("POST", "/backup", null), ("POST", "/search", """{"query": "a"}"""),
        ];
        foreach (var (method, path, body) in stored)
        {
            var reply = (await server.SendAsync(new HttpMethod(method), path, body)).AssertEnvelope(
                HttpStatusCode.ServiceUnavailable);
            Assert.Contains("Storage:Path names another", reply.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("/proc", reply.Message, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = "a" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { sources = "a" }, "/similarity")).Status);
        Assert.Equal(["0"], (await server.PostAsync(new { documents = new[] { "a" }, query = "a" }, "/search")).Ids());
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/ready")).Status);
    }

    [Theory]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    [InlineData("a folder", "The folder {0} belongs to user 0, and this process runs as user 1654. Give it to that user (chown -R 1654 {0}), or mount a named volume there.")]
    [InlineData("a folder that is not there yet", "The folder {0} belongs to user 0, and this process runs as user 1654. Give it to that user (chown -R 1654 {0})")]
    [InlineData("a file", "The file {0}/data/kept.db belongs to user 0, and this process runs as user 1654. Give it to that user (chown -R 1654 {0}/data/kept.db)")]
    public async Task A_path_of_another_user_is_reported_with_both_users_numbers_and_what_to_do(
        string what, string sentence)
    {
        const int user = 1654;
        Assert.SkipUnless(ChildServer.CanRunAs(user), "Only root can start a process of another user.");
        var data = Path.Combine(_folder.FullName, "data");
        // Others may look into it, as into a volume that Docker has made.
        File.SetUnixFileMode(_folder.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        var store = what == "a folder" ? Store : Path.Combine(data, "kept.db");
        if (what == "a file")
        {
            Directory.CreateDirectory(data);
            await using (var server = new Server(new() { ["Storage:Path"] = store }))
            {
                await server.AddAsync("a", """[{"id": "x", "vector": [1, 2]}]""");
            }

            // The folder is the user's, the file is not.
            File.SetUnixFileMode(data, (UnixFileMode)0b111_111_111);
            File.Delete(store + ".lock");
        }

        var environment = Environment();
        environment["Storage__Path"] = store;
        using var child = new ChildServer(Listen, environment, user);
        using var client = await child.ConnectAsync();
        Assert.Contains(
            $"{store} cannot be written: {string.Format(null, sentence, _folder.FullName)}",
            child.Output,
            StringComparison.Ordinal);
        Assert.Equal(
            HttpStatusCode.ServiceUnavailable,
            (await client.GetAsync(new Uri("/collections", UriKind.Relative), Server.Cancelled)).StatusCode);
    }

    private static Uri Documents(string collection) => new($"/collections/{collection}/documents", UriKind.Relative);

    private static void AssertSentence(int code, string output, string part)
    {
        Assert.True(code == 1, output);
        Assert.Contains("Embeddings cannot start: ", output, StringComparison.Ordinal);
        Assert.Contains(part, output, StringComparison.Ordinal);
        Assert.Contains("kept.db", output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }

    private Dictionary<string, string> Environment() => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["Models__Default"] = "static-en-384",
        ["Models__Download"] = "false",
        ["Models__Directory"] = Repository.TestModels,
        ["Storage__Path"] = Store,
    };
}
