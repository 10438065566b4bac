namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>A file system of little room, in memory.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string StorePath => _folder.File("store.db");

    private string Filler => _folder.File("filler");

    public static async Task<SmallDisk> MountAsync(int kilobytes)
    {
        var disk = new SmallDisk();
        if (!await Shell.RunAsync("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", disk._folder.Path))
        {
            disk._folder.Dispose();
            Assert.Skip("A small file system can be mounted by root alone.");
        }

        return disk;
    }

    public void Fill(int kilobytes) => File.WriteAllBytes(Filler, new byte[kilobytes * 1024]);

    /// <summary>Takes all the room there is.</summary>
    public void Fill()
    {
        using var file = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(new byte[4096]);
            }
        }
        catch (IOException)
        {
        }
    }

    public void Free() => File.Delete(Filler);

    public async Task SetReadOnlyAsync() =>
        Assert.True(await Shell.RunAsync("mount", "-o", "remount,ro", _folder.Path));

    public async ValueTask DisposeAsync()
    {
        Assert.True(await Shell.RunAsync("umount", _folder.Path));
        _folder.Dispose();
    }
}
