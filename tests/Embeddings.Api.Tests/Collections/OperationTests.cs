using System.Net;
using Embeddings.Api.Tests.Models;

namespace Embeddings.Api.Tests.Collections;

/// <summary>The store as whoever runs the server meets it.</summary>
public sealed class OperationTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-operation-");

    private string File => Path.Combine(_folder.FullName, "data", "embeddings.db");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_was_kept_is_there_after_a_restart()
    {
        string before;
        await using (var first = Make())
        {
            await first.PostAsync("""{"documents": [{"id": "a", "text": "cat", "metadata": {"n": 1}}, {"id": "b", "text": "dog"}]}""", "/collections/default/documents");
            await first.DeleteAsync("/collections/default/documents/b");
            before = (await first.PostAsync("""{"query": "kitten", "include": ["text", "metadata", "vector"]}""", "/search")).Text;
        }

        await using var second = Make();
        Assert.Equal(before, (await second.PostAsync("""{"query": "kitten", "include": ["text", "metadata", "vector"]}""", "/search")).Text);
    }

    [Fact]
    public async Task A_second_server_on_the_file_says_so_and_stops()
    {
        await using var first = Make();
        Assert.Equal(HttpStatusCode.OK, (await first.GetAsync("/collections")).Status);
        await AssertRefusedAsync("is in use by another process");
    }

    [Theory]
    [InlineData("a text of somebody's that is longer than the header of a database, as such texts are")]
    [InlineData("short")]
    public async Task A_foreign_file_is_refused_and_left_as_it_is(string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        await System.IO.File.WriteAllTextAsync(File, content, Server.Cancelled);
        await AssertRefusedAsync("is not a store of this program");
        Assert.Equal(content, await System.IO.File.ReadAllTextAsync(File, Server.Cancelled));
    }

    [Fact]
    public async Task A_damaged_file_is_refused()
    {
        await using (var server = Make())
        {
            await server.PostAsync(new { documents = Enumerable.Range(0, 100).Select(i => new { id = $"{i}", text = $"text {i}" }) }, "/collections/default/documents");
        }

        await using (var stream = new FileStream(File, FileMode.Open))
        {
            stream.Position = stream.Length / 2;
            var value = stream.ReadByte();
            stream.Position--;
            stream.WriteByte((byte)(value ^ 1));
        }

        await AssertRefusedAsync("is damaged");
    }

    [Fact]
    public async Task Where_nothing_can_be_written_everything_but_collections_works()
    {
        // A file where a folder should be: nobody can write beneath it, not even root.
        await System.IO.File.WriteAllTextAsync(Path.Combine(_folder.FullName, "data"), "", Server.Cancelled);
        await using var server = Make();
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = "cat" })).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync("""{"query": "cat", "documents": ["kitten"]}""", "/search")).Status);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/ready")).Status);
        var refused = (await server.PostAsync("""{"documents": ["cat"]}""", "/collections/default/documents")).AssertEnvelope(HttpStatusCode.ServiceUnavailable);
        Assert.Contains("Storage:Path", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_folder.FullName, refused.Message, StringComparison.Ordinal);
        (await server.PostAsync("""{"query": "cat"}""", "/search")).AssertEnvelope(HttpStatusCode.ServiceUnavailable);
    }

    private Server Make() => new(new() { ["Storage:Path"] = File });

    private async Task AssertRefusedAsync(string sentence)
    {
        var (code, output) = await ChildServer.RunAsync(
            ["--urls", "http://127.0.0.1:0", "--Models:Default", "static-en-384", "--Models:Download", "false", "--Storage:Path", File]);
        Assert.Equal(1, code);
        Assert.Contains("Embeddings cannot start: ", output, StringComparison.Ordinal);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", output, StringComparison.Ordinal);
    }
}
