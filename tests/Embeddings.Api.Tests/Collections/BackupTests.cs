using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using Embeddings.Api.Collections;
using Embeddings.Api.Retrieval;
using Embeddings.Api.Tests.Startup;
using Embeddings.Inference.Tests;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Api.Tests.Collections;

/// <summary>
/// The way back that the README tells: a backup while the server runs, a crash, <c>restore</c>, a start.
/// </summary>
public sealed class BackupTests : IDisposable
{
    private static readonly string[] Listen = ["--urls", "http://127.0.0.1:0"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-backup-");

    // More than sockets buffer of a reply that is not read.
    private static string Large =>
        $"[{string.Join(',', Enumerable.Range(0, 24).Select(i => $$"""{"id": "{{i}}", "text": "{{new string('x', 1_000_000)}}", "vector": [1, 2]}"""))}]";

    private string Copy => Path.Combine(_folder.FullName, "copy.db");

    private Dictionary<string, string> Environment => new()
    {
        ["Storage__Path"] = Path.Combine(_folder.FullName, "data", "kept.db"),
        ["Models__Directory"] = Repository.TestModels,
        ["Models__Default"] = "static-en-384",
        ["Models__Download"] = "false",
    };

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_backup_comes_back_after_a_crash_exactly_as_it_was()
    {
        string exported;
        using (var server = new ChildServer(Listen, Environment))
        {
            using var client = await server.ConnectAsync();
            await AddAsync(client, "kept", "before");
            exported = await client.GetStringAsync(At("/collections/kept/export"), Server.Cancelled);
            using var reply = await client.PostAsync(At("/backup"), null, Server.Cancelled);
            Assert.Equal(
                (HttpStatusCode.OK, "application/octet-stream"),
                (reply.StatusCode, reply.Content.Headers.ContentType?.MediaType));
            Assert.EndsWith(
                ".db", reply.Content.Headers.ContentDisposition?.FileName?.Trim('"'), StringComparison.Ordinal);
            await File.WriteAllBytesAsync(
                Copy, await reply.Content.ReadAsByteArrayAsync(Server.Cancelled), Server.Cancelled);
            await AddAsync(client, "kept", "after");
            await AddAsync(client, "more", "after");

            var (running, refusal) = await ChildServer.RunAsync(["restore", Copy], Environment);
            Assert.Equal(1, running);
            Assert.Contains("Nothing was restored", refusal, StringComparison.Ordinal);
            Assert.Contains("in use by another process", refusal, StringComparison.Ordinal);
        }

        // Killed: its log has the newer state.
        var (code, output) = await ChildServer.RunAsync(["restore", Copy], Environment);
        Assert.True(code == 0, output);
        Assert.Contains("1 collections with 1 documents", output, StringComparison.Ordinal);
        using var next = new ChildServer(Listen, Environment);
        using var again = await next.ConnectAsync();
        Assert.Equal(exported, await again.GetStringAsync(At("/collections/kept/export"), Server.Cancelled));
        Assert.Equal(
            HttpStatusCode.NotFound, (await again.GetAsync(At("/collections/more"), Server.Cancelled)).StatusCode);
    }

    [Fact]
    public async Task A_second_backup_at_a_time_is_a_409()
    {
        await using var server = new Server();
        await server.AddAsync("large", Large);
        using (var request = new HttpRequestMessage(HttpMethod.Post, "/backup"))
        using (var first = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Server.Cancelled))
        {
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
            var second = (await server.SendAsync(HttpMethod.Post, "/backup")).AssertEnvelope(HttpStatusCode.Conflict);
            Assert.Equal("backup_runs", second.Error["code"]!.GetValue<string>());
        }

        // The client of the first has gone, which the server notices a moment later.
        HttpResponseMessage next;
        while ((next = await server.Http.PostAsync(At("/backup"), null, Server.Cancelled)).StatusCode == HttpStatusCode.Conflict)
        {
            next.Dispose();
            await Task.Delay(TimeSpan.FromMilliseconds(20), Server.Cancelled);
        }

        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        next.Dispose();
    }

    [Fact]
    public async Task A_backup_that_nobody_takes_is_cut_off_and_makes_way_for_the_next()
    {
        var path = Path.Combine(_folder.FullName, "slow.db");
        await using var server = new Server(new() { ["Storage:Path"] = path }, services => services.AddSingleton(
            provider => new Backups(provider.GetRequiredService<CollectionStore>(), new QuickTime(), NullLogger<Backups>.Instance)));
        await server.AddAsync("large", Large);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/backup");
        using var first = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Server.Cancelled);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        Assert.Equal(HttpStatusCode.Conflict, (await server.SendAsync(HttpMethod.Post, "/backup")).Status);

        var watch = Stopwatch.StartNew();
        while ((await server.SendAsync(HttpMethod.Post, "/backup")).Status == HttpStatusCode.Conflict)
        {
            // Ten minutes and 24 s, 100 times as fast.
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
            await Task.Delay(TimeSpan.FromMilliseconds(100), Server.Cancelled);
        }

        await Assert.ThrowsAsync<HttpRequestException>(() => first.Content.ReadAsByteArrayAsync(Server.Cancelled));
        Assert.DoesNotContain(
            Directory.GetFiles(_folder.FullName), name => name.Contains(".backup-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData]
    [InlineData("a.db", "b.db")]
    [InlineData("--Storage:Path=a.db")]
    public async Task Arguments_that_are_no_file_get_the_usage(params string[] arguments)
    {
        var (code, output) = await ChildServer.RunAsync(["restore", .. arguments], Environment);
        Assert.Equal(2, code);
        Assert.Contains("usage: restore <file>", output, StringComparison.Ordinal);
    }

    private static async Task AddAsync(HttpClient client, string collection, string id)
    {
        using var reply = await client.PostAsJsonAsync(At($"/collections/{collection}/documents"), new { documents = new[] { new { id, text = id } } }, Server.Cancelled);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
    }

    private static Uri At(string path) => new(path, UriKind.Relative);

    private sealed class QuickTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime / 100, period);
    }
}
