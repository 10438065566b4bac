using System.Globalization;
using Embeddings.Inference.Models;
using Microsoft.AspNetCore.Http;

namespace Embeddings.Inference.Tests.Models;

/// <summary>Faults at the edges of a download: the disk, the settings, the paths, the clock.</summary>
public sealed class ModelDownloaderFaultTests : DownloadTests
{
    private const string Url = "/owner/model/resolve/0123456789/";

    [Theory]
    [InlineData("onnx", "a file where a folder should be")]
    [InlineData(Large, null)]
    public async Task A_path_that_cannot_be_written_is_a_sentence(string path, string? text)
    {
        var full = Path.Combine(Folder, path);
        if (text is null)
        {
            Directory.CreateDirectory(full);
        }
        else
        {
            await File.WriteAllTextAsync(full, text, Cancelled);
        }

        Assert.Contains("cannot be written", await FailAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_disk_is_a_sentence_and_the_next_try_goes_on()
    {
        var disk = Path.Combine(Folder, "disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk) == 0,
            "Needs the right to mount a small disk.");
        try
        {
            var exception = await Assert.ThrowsAsync<ModelException>(
                () => Downloader(Options).DownloadAsync(Manifest, disk, null, Cancelled));
            Assert.Contains("disk is full", exception.Message, StringComparison.Ordinal);
            Assert.Equal(0, await RunAsync("mount", "-o", "remount,size=8m", disk));
            await Downloader(Options).DownloadAsync(Manifest, disk, null, Cancelled);
            Assert.Equal(LargeBytes, await File.ReadAllBytesAsync(Path.Combine(disk, Large), Cancelled));
            Assert.StartsWith("bytes=", Hub.Requests.ElementAt(1).Range, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    [Fact]
    public async Task A_disk_that_fills_up_drop_by_drop_is_a_sentence_too()
    {
        var disk = Path.Combine(Folder, "disk");
        Directory.CreateDirectory(disk);
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && await RunAsync("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk) == 0,
            "Needs the right to mount a small disk.");
        try
        {
            Hub.Mishaps.Enqueue(DripAsync);
            var exception = await Assert.ThrowsAsync<ModelException>(
                () => Downloader(Options).DownloadAsync(Manifest, disk, null, Cancelled));
            Assert.Contains("disk is full", exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await RunAsync("umount", disk);
        }
    }

    [Fact]
    public async Task A_token_read_from_a_file_may_end_in_a_newline()
    {
        var options = HubOptions.FromEnvironment(name => name == "HF_TOKEN" ? "secret\n" : null);
        await DownloadAsync(Options with { Token = options.Token });
        Assert.All(Hub.Requests, request => Assert.Equal("Bearer secret", request.Authorization));
    }

    [Fact]
    public async Task Offline_is_no_matter_when_every_file_is_here()
    {
        await DownloadAsync();
        await DownloadAsync(Options with { Offline = true });
        Assert.Equal(2, Hub.Requests.Count);
    }

    [Fact]
    public async Task A_model_without_a_repository_is_a_sentence()
    {
        var exception = await Assert.ThrowsAsync<ModelException>(
            () => Downloader(Options).DownloadAsync(Manifest with { Repository = null }, Folder, null, Cancelled));
        Assert.Contains("no \"repository\" to fetch it from", exception.Message, StringComparison.Ordinal);
        Assert.Empty(Hub.Requests);
    }

    [Fact]
    public async Task A_path_with_signs_of_its_own_is_escaped()
    {
        const string path = "a #1?.txt";
        Hub.Files[Url + path] = SmallBytes;
        await Downloader(Options).DownloadAsync(
            Manifest with { Files = [FileOf(path, SmallBytes)] }, Folder, null, Cancelled);
        Assert.Equal(SmallBytes, await File.ReadAllBytesAsync(Path.Combine(Folder, path), Cancelled));
    }

    [Fact]
    public async Task Retry_after_may_be_a_date()
    {
        // Dates have whole seconds: 3 of them are at least 2.
        var retryAfter = TimeProvider.System.GetUtcNow().AddSeconds(3);
        Hub.Mishaps.Enqueue(HubServer.Status(StatusCodes.Status503ServiceUnavailable, retryAfter.ToString("R", CultureInfo.InvariantCulture)));
        await DownloadAsync();
        AssertComplete();
        Assert.True(TimeProvider.System.GetUtcNow() > retryAfter.AddSeconds(-1));
    }

    [Fact]
    public async Task A_cancelled_download_keeps_its_part_for_the_next()
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        Hub.Mishaps.Enqueue(async (context, body) =>
        {
            context.Response.ContentLength = body.Length;
            await context.Response.Body.WriteAsync(body.AsMemory(0, 500_000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(300);
            await cancellation.CancelAsync();
            context.Abort();
            return true;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Downloader(Options).DownloadAsync(Manifest, Folder, null, cancellation.Token));
        await DownloadAsync();
        AssertComplete();
        Assert.Equal("bytes=500000-", Hub.Requests.ElementAt(1).Range);
    }

    // Small packets, each written to the disk by itself.
    private static async Task<bool> DripAsync(HttpContext context, byte[] body)
    {
        context.Response.ContentLength = body.Length;
        for (var i = 0; i < 500 && !context.RequestAborted.IsCancellationRequested; i++)
        {
            await context.Response.Body.WriteAsync(body.AsMemory(i * 1000, 1000));
            await context.Response.Body.FlushAsync();
            await Task.Delay(2);
        }

        context.Abort();
        return true;
    }
}
