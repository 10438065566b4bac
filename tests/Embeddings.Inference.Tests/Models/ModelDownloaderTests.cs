using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference.Tests.Models;

/// <summary>Downloads over real HTTP, from a hub that cuts, lies and hangs.</summary>
public sealed class ModelDownloaderTests : IAsyncLifetime
{
    private const string Large = "onnx/model.onnx";
    private const string Small = "vocab.txt";

    private readonly string _folder = Directory.CreateTempSubdirectory("embeddings-").FullName;
    private readonly byte[] _large = RandomNumberGenerator.GetBytes(3_000_000);
    private readonly byte[] _small = "a\nb\n"u8.ToArray();
    private HubServer _hub = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string LargePath => Path.Combine(_folder, Large);

    private ModelManifest Manifest => new()
    {
        Name = "model",
        Id = "owner/model",
        License = "MIT",
        Repository = "owner/model",
        Revision = "0123456789",
        Dimensions = 2,
        MaxTokens = 256,
        Pooling = Pooling.Mean,
        Tokenizer = "wordpiece",
        Variants = new() { ["fp32"] = Large },
        Files = [FileOf(Large, _large), FileOf(Small, _small)],
    };

    public async ValueTask InitializeAsync()
    {
        _hub = await HubServer.StartAsync();
        _hub.Files["/owner/model/resolve/0123456789/" + Large] = _large;
        _hub.Files["/owner/model/resolve/0123456789/" + Small] = _small;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Every_file_arrives_under_its_name_and_nothing_else()
    {
        var progress = new Recorder();
        await DownloadAsync(progress: progress);
        AssertComplete();
        Assert.Equal(2, _hub.Requests.Count);
        Assert.Equal(progress.Last.BytesTotal, progress.Last.BytesDone);
        Assert.Equal(_large.Length + _small.Length, progress.Last.BytesTotal);
    }

    [Fact]
    public async Task A_cut_connection_is_resumed_where_it_was_cut()
    {
        _hub.Mishaps.Enqueue(HubServer.CutAsync);
        await DownloadAsync();
        AssertComplete();
        Assert.Equal(["", $"bytes={_large.Length / 2}-", ""], _hub.Requests.Select(request => request.Range));
    }

    [Fact]
    public async Task An_interrupted_file_of_an_earlier_process_is_resumed()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LargePath)!);
        await File.WriteAllBytesAsync(LargePath + ".part", _large[..1_234_567], Cancelled);
        await DownloadAsync();
        AssertComplete();
        Assert.Equal("bytes=1234567-", _hub.Requests.First().Range);
    }

    [Fact]
    public async Task A_hub_that_ignores_ranges_is_read_from_the_beginning()
    {
        _hub.IgnoresRanges = true;
        _hub.Mishaps.Enqueue(HubServer.CutAsync);
        await DownloadAsync();
        AssertComplete();
    }

    [Fact]
    public async Task Nothing_is_fetched_twice_and_a_spoilt_file_is_fetched_again()
    {
        await DownloadAsync();
        await DownloadAsync();
        Assert.Equal(2, _hub.Requests.Count);
        await File.WriteAllBytesAsync(LargePath, new byte[_large.Length], Cancelled);
        await DownloadAsync();
        AssertComplete();
        Assert.Equal(3, _hub.Requests.Count);
    }

    [Fact]
    public async Task A_wrong_hash_is_a_sentence_and_leaves_nothing_behind()
    {
        _hub.Files["/owner/model/resolve/0123456789/" + Large] = RandomNumberGenerator.GetBytes(_large.Length);
        var message = await FailAsync();
        Assert.Contains("SHA-256", message, StringComparison.Ordinal);
        Assert.Contains("HF_ENDPOINT", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_file_that_is_too_long_is_not_written_beyond_its_size()
    {
        _hub.Files["/owner/model/resolve/0123456789/" + Large] = [.. RandomNumberGenerator.GetBytes(_large.Length), 1, 2, 3];
        Assert.Contains("SHA-256", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_stays_too_short_is_given_up_with_a_sentence()
    {
        _hub.Files["/owner/model/resolve/0123456789/" + Large] = _large[..1000];
        Assert.Contains("of 3000000 bytes are here and are kept", await FailAsync(), StringComparison.Ordinal);
        Assert.False(File.Exists(LargePath));
    }

    [Theory]
    [InlineData(404, "has no onnx/model.onnx in owner/model at revision 0123456789")]
    [InlineData(401, "Set HF_TOKEN")]
    [InlineData(403, "Set HF_TOKEN")]
    [InlineData(451, "answered 451")]
    public async Task A_refusal_is_a_sentence_at_once(int status, string part)
    {
        _hub.Mishaps.Enqueue(HubServer.Status(status));
        Assert.Contains(part, await FailAsync(), StringComparison.Ordinal);
        Assert.Single(_hub.Requests);
    }

    [Theory]
    [InlineData(429, "0")]
    [InlineData(503, "0")]
    [InlineData(500, null)]
    public async Task A_hub_that_is_busy_is_asked_again(int status, string? retryAfter)
    {
        _hub.Mishaps.Enqueue(HubServer.Status(status, retryAfter));
        _hub.Mishaps.Enqueue(HubServer.Status(status, retryAfter));
        await DownloadAsync();
        AssertComplete();
        Assert.Equal(4, _hub.Requests.Count);
    }

    [Fact]
    public async Task A_hub_that_fails_every_time_is_given_up()
    {
        for (var i = 0; i < 10; i++)
        {
            _hub.Mishaps.Enqueue(HubServer.Status(503));
        }

        Assert.Contains("answered 503", await FailAsync(), StringComparison.Ordinal);
        Assert.Equal(6, _hub.Requests.Count);
    }

    [Fact]
    public async Task A_download_that_stalls_is_begun_again()
    {
        _hub.Mishaps.Enqueue(async (context, body) =>
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
        var message = await FailAsync(new HubOptions { CacheDirectory = "", Endpoint = new Uri($"http://127.0.0.1:{port}/") });
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(6), $"It took {watch.Elapsed}.");
        Assert.Contains("cannot be reached", message, StringComparison.Ordinal);
        Assert.Contains(_folder, message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_at_once_do_not_harm_each_other()
    {
        await Task.WhenAll(DownloadAsync(), DownloadAsync(), DownloadAsync());
        AssertComplete();
        Assert.Equal(2, _hub.Requests.Count);
    }

    [Fact]
    public async Task The_token_goes_to_the_hub_and_not_where_it_redirects()
    {
        _hub.Files["/cdn/x/resolve/y/z"] = _large;
        _hub.Mishaps.Enqueue((context, _) =>
        {
            context.Response.Redirect($"http://localhost:{_hub.Address.Port}/cdn/x/resolve/y/z");
            return Task.FromResult(true);
        });
        await DownloadAsync(Options with { Token = "secret" });
        AssertComplete();
        Assert.Equal(["Bearer secret", "", "Bearer secret"], _hub.Requests.Select(request => request.Authorization));
    }

    [Fact]
    public async Task Offline_touches_no_network()
    {
        Assert.Contains("HF_HUB_OFFLINE", await FailAsync(Options with { Offline = true }), StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_a_sentence()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "onnx"), "a file where a folder should be", Cancelled);
        Assert.Contains("cannot be written", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_a_sentence_and_the_next_try_goes_on()
    {
        var disk = Path.Combine(_folder, "disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk) == 0, "Needs the right to mount a small disk.");
        try
        {
            var exception = await Assert.ThrowsAsync<ModelException>(() => Downloader(Options).DownloadAsync(Manifest, disk, null, Cancelled));
            Assert.Contains("disk is full", exception.Message, StringComparison.Ordinal);
            Assert.Equal(0, await RunAsync("mount", "-o", "remount,size=8m", disk));
            await Downloader(Options).DownloadAsync(Manifest, disk, null, Cancelled);
            Assert.Equal(_large, await File.ReadAllBytesAsync(Path.Combine(disk, Large), Cancelled));
            Assert.StartsWith("bytes=", _hub.Requests.ElementAt(1).Range, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    private HubOptions Options => new() { CacheDirectory = "", Endpoint = _hub.Address, RetryDelay = TimeSpan.FromMilliseconds(1) };

    private static ModelFile FileOf(string path, byte[] bytes) => new(path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    private static ModelDownloader Downloader(HubOptions options) =>
        new(ModelDownloader.CreateHttpClient(options), options, TimeProvider.System, NullLogger<ModelDownloader>.Instance);

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Cancelled);
        return process.ExitCode;
    }

    private Task DownloadAsync(HubOptions? options = null, IProgress<DownloadProgress>? progress = null) =>
        Downloader(options ?? Options).DownloadAsync(Manifest, _folder, progress, Cancelled);

    private async Task<string> FailAsync(HubOptions? options = null) =>
        (await Assert.ThrowsAsync<ModelException>(() => DownloadAsync(options))).Message;

    private void AssertComplete()
    {
        Assert.Equal(_large, File.ReadAllBytes(LargePath));
        Assert.Equal(_small, File.ReadAllBytes(Path.Combine(_folder, Small)));
        Assert.Equal(2, Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Length);
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
