using System.Diagnostics;
using System.Security.Cryptography;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference.Tests.Models;

/// <summary>
/// A model of two files, a hub that has them on a loopback port, and an empty folder to fetch them into.
/// </summary>
public abstract class DownloadTests : IAsyncLifetime
{
    protected const string Large = "onnx/model.onnx";
    protected const string Small = "vocab.txt";

    protected string Folder { get; } = Directory.CreateTempSubdirectory("embeddings-").FullName;

    protected byte[] LargeBytes { get; } = RandomNumberGenerator.GetBytes(3_000_000);

    protected byte[] SmallBytes { get; } = "a\nb\n"u8.ToArray();

    protected HubServer Hub { get; private set; } = null!;

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected string LargePath => Path.Combine(Folder, Large);

    protected ModelManifest Manifest => new()
    {
        Name = "model",
        Id = "owner/model",
        License = "MIT",
        Repository = "owner/model",
        Revision = "0123456789",
        Dimensions = 2,
        MaxTokens = 256,
        Pooling = Pooling.Mean,
        Normalize = true,
        Tokenizer = "wordpiece",
        Variants = new() { ["fp32"] = Large },
        Files = [FileOf(Large, LargeBytes), FileOf(Small, SmallBytes)],
    };

    public async ValueTask InitializeAsync()
    {
        Hub = await HubServer.StartAsync();
        Hub.Files["/owner/model/resolve/0123456789/" + Large] = LargeBytes;
        Hub.Files["/owner/model/resolve/0123456789/" + Small] = SmallBytes;
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }

    protected HubOptions Options =>
        new() { CacheDirectory = "", Endpoint = Hub.Address, RetryDelay = TimeSpan.FromMilliseconds(1) };

    protected static ModelFile FileOf(string path, byte[] bytes) =>
        new(path, bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)));

    protected static ModelDownloader Downloader(HubOptions options) =>
        new(ModelDownloader.CreateHttpClient(options), options, TimeProvider.System, NullLogger<ModelDownloader>.Instance);

    protected static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(Cancelled);
        return process.ExitCode;
    }

    protected Task DownloadAsync(HubOptions? options = null, IProgress<DownloadProgress>? progress = null) =>
        Downloader(options ?? Options).DownloadAsync(Manifest, Folder, progress, Cancelled);

    protected async Task<string> FailAsync(HubOptions? options = null) =>
        (await Assert.ThrowsAsync<ModelException>(() => DownloadAsync(options))).Message;

    protected void AssertComplete()
    {
        Assert.Equal(LargeBytes, File.ReadAllBytes(LargePath));
        Assert.Equal(SmallBytes, File.ReadAllBytes(Path.Combine(Folder, Small)));
        Assert.Equal(2, Directory.GetFiles(Folder, "*", SearchOption.AllDirectories).Length);
    }
}
