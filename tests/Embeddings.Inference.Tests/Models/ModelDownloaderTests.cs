using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tests.Models;

/// <summary>Downloads over real HTTP, from a hub that cuts, lies and hangs.</summary>
public sealed class ModelDownloaderTests : DownloadTests
{
    [Fact]
    public async Task Every_file_arrives_under_its_name_and_nothing_else()
    {
        var progress = new Recorder();
        await DownloadAsync(progress: progress);
        AssertComplete();
        Assert.Equal(2, Hub.Requests.Count);
        Assert.Equal(progress.Last.BytesTotal, progress.Last.BytesDone);
        Assert.Equal(LargeBytes.Length + SmallBytes.Length, progress.Last.BytesTotal);
    }

    [Fact]
    public async Task A_cut_connection_is_resumed_where_it_was_cut()
    {
        Hub.Mishaps.Enqueue(HubServer.CutAsync);
        await DownloadAsync();
        AssertComplete();
        Assert.Equal(["", $"bytes={LargeBytes.Length / 2}-", ""], Hub.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task An_interrupted_file_of_an_earlier_process_is_resumed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LargePath)!);
        await File.WriteAllBytesAsync(LargePath + ".part", LargeBytes[..1_234_567], Cancelled);
        await DownloadAsync();
        AssertComplete();
        Assert.Equal("bytes=1234567-", Hub.Requests.First().Range);
    }

    [Fact]
    public async Task A_hub_that_ignores_ranges_is_read_from_the_beginning()
    {
        Hub.IgnoresRanges = true;
        Hub.Mishaps.Enqueue(HubServer.CutAsync);
        await DownloadAsync();
        AssertComplete();
    }

    [Fact]
    public async Task Nothing_is_fetched_twice_and_a_spoilt_file_is_fetched_again()
    {
        await DownloadAsync();
        await DownloadAsync();
        Assert.Equal(2, Hub.Requests.Count);
        await File.WriteAllBytesAsync(LargePath, new byte[LargeBytes.Length], Cancelled);
        await DownloadAsync();
        AssertComplete();
        Assert.Equal(3, Hub.Requests.Count);
    }

    [Fact]
    public async Task A_wrong_hash_is_a_sentence_and_leaves_nothing_behind()
    {
        Hub.Files["/owner/model/resolve/0123456789/" + Large] = RandomNumberGenerator.GetBytes(LargeBytes.Length);
        var message = await FailAsync();
        Assert.Contains("SHA-256", message, StringComparison.Ordinal);
        Assert.Contains("HF_ENDPOINT", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(3_000_003)]
    public async Task A_file_of_another_size_is_a_sentence_at_once(int size)
    {
        Hub.Files["/owner/model/resolve/0123456789/" + Large] = RandomNumberGenerator.GetBytes(size);
        Assert.Contains($"has {size} bytes, but model.json says 3000000", await FailAsync(), StringComparison.Ordinal);
        Assert.Single(Hub.Requests);
        Assert.False(File.Exists(LargePath));
    }

    [Theory]
    [InlineData(404, "has no onnx/model.onnx in owner/model at revision 0123456789")]
    [InlineData(401, "Set HF_TOKEN")]
    [InlineData(403, "Set HF_TOKEN")]
    [InlineData(451, "answered 451")]
    public async Task A_refusal_is_a_sentence_at_once(int status, string part)
    {
        Hub.Mishaps.Enqueue(HubServer.Status(status));
        Assert.Contains(part, await FailAsync(), StringComparison.Ordinal);
        Assert.Single(Hub.Requests);
    }

    [Theory]
    [InlineData(429, "0")]
    [InlineData(503, "0")]
    [InlineData(500, null)]
    public async Task A_hub_that_is_busy_is_asked_again(int status, string? retryAfter)
    {
        Hub.Mishaps.Enqueue(HubServer.Status(status, retryAfter));
        Hub.Mishaps.Enqueue(HubServer.Status(status, retryAfter));
        await DownloadAsync();
        AssertComplete();
        Assert.Equal(4, Hub.Requests.Count);
    }

    [Fact]
    public async Task A_hub_that_fails_every_time_is_given_up()
    {
        for (var i = 0; i < 10; i++)
        {
            Hub.Mishaps.Enqueue(HubServer.Status(503));
        }

        Assert.Contains("answered 503", await FailAsync(), StringComparison.Ordinal);
        Assert.Equal(6, Hub.Requests.Count);
    }

    [Fact]
    public async Task A_download_that_stalls_is_begun_again()
    {
        Hub.Mishaps.Enqueue(async (context, body) =>
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, 1000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        });
        await DownloadAsync(Options with { StallTimeout = TimeSpan.FromMilliseconds(300) });
        AssertComplete();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_hub_that_cannot_be_reached_or_says_nothing_is_noticed_within_five_seconds(bool listens)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        if (!listens)
        {
            listener.Stop();
        }

        var watch = Stopwatch.StartNew();
        var message = await FailAsync(
            new HubOptions { CacheDirectory = "", Endpoint = new Uri($"http://127.0.0.1:{port}/") });
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(6), $"It took {watch.Elapsed}.");
        Assert.Contains("cannot be reached", message, StringComparison.Ordinal);
        Assert.Contains(Folder, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_at_once_do_not_harm_each_other()
    {
        await Task.WhenAll(DownloadAsync(), DownloadAsync(), DownloadAsync());
        AssertComplete();
        Assert.Equal(2, Hub.Requests.Count);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_where_it_redirects()
    {
        Hub.Files["/cdn/x/resolve/y/z"] = LargeBytes;
        Hub.Mishaps.Enqueue((context, _) =>
        {
            context.Response.Redirect($"http://localhost:{Hub.Address.Port}/cdn/x/resolve/y/z");
            return Task.FromResult(true);
        });
        await DownloadAsync(Options with { Token = "secret" });
        AssertComplete();
        Assert.Equal(["Bearer secret", "", "Bearer secret"], Hub.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task Offline_touches_no_network()
    {
        Assert.Contains("HF_HUB_OFFLINE", await FailAsync(Options with { Offline = true }), StringComparison.Ordinal);
        Assert.Empty(Hub.Requests);
    }

    private sealed class Recorder : IProgress<DownloadProgress>
    {
        public DownloadProgress Last { get; private set; }

        public void Report(DownloadProgress value)
        {
            Assert.True(value.BytesDone >= Last.BytesDone);
            Last = value;
        }
    }
}
