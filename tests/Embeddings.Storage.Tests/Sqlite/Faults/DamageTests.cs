namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>Files that are not as they were left: the store says so, or all that it says is right.</summary>
public sealed class DamageTests : IAsyncLifetime
{
    private const int Page = 8192;

    private static readonly int Cuts = Effort.Count(15, 60);
    private static readonly int LostBlocks = Effort.Count(25, 100);

    private StoreFiles _files = null!;

    public async ValueTask InitializeAsync() => _files = await StoreFiles.MakeAsync();

    public ValueTask DisposeAsync()
    {
        _files.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Undamaged_copies_have_everything()
    {
        foreach (var from in new[] { _files.Closed, _files.Unclosed })
        {
            using var copy = new TemporaryFolder();
            var path = StoreFiles.Copy(from, copy);
            Assert.Equal(from == _files.Unclosed, File.Exists($"{path}-wal"));
            Assert.Null(await _files.OpenAsync(path));
            Assert.Null(await _files.OpenAsync(path));
        }
    }

    [Fact]
    public async Task A_log_that_is_cut_short_or_gone_is_noticed()
    {
        var random = new Random(8);
        var length = new FileInfo(Path.Combine(_files.Unclosed, "store.db-wal")).Length;
        long[] lengths = [0, 1, 31, 32, 33, length - 1, .. Enumerable.Range(0, Cuts).Select(
            _ => random.NextInt64(length))];
        foreach (var kept in lengths)
        {
            using var copy = new TemporaryFolder();
            var path = StoreFiles.Copy(_files.Unclosed, copy);
            using (var log = File.OpenWrite($"{path}-wal"))
            {
                log.SetLength(kept);
            }

            Assert.True(
                await _files.OpenAsync(path) is StoreUnusableException, $"The log has {kept} of {length} bytes.");
        }

        using var without = new TemporaryFolder();
        var file = StoreFiles.Copy(_files.Unclosed, without);
        File.Delete($"{file}-wal");
        Assert.IsType<StoreUnusableException>(await _files.OpenAsync(file));
    }

    [Fact]
    public async Task A_refused_store_opens_again_when_its_log_is_restored()
    {
        using var copy = new TemporaryFolder();
        var path = StoreFiles.Copy(_files.Unclosed, copy);
        var log = await File.ReadAllBytesAsync($"{path}-wal", TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync($"{path}-wal", log[..(log.Length / 2)], TestContext.Current.CancellationToken);
        Assert.IsType<StoreUnusableException>(await _files.OpenAsync(path));
        await File.WriteAllBytesAsync($"{path}-wal", log, TestContext.Current.CancellationToken);
        Assert.Null(await _files.OpenAsync(path));
    }

    [Theory]
    [InlineData("closed", "store.db", 100, 400)]
    [InlineData("unclosed", "store.db", 50, 200)]
    [InlineData("unclosed", "store.db-wal", 50, 200)]
    public async Task A_flipped_bit_is_noticed_or_changes_nothing(string state, string name, int usual, int full)
    {
        var flips = Effort.Count(usual, full);
        var refused = 0;
        for (var i = 0; i < flips; i++)
        {
            refused += await IsRefusedAsync(state, name, new Random(i), Flip) ? 1 : 0;
        }

        // Many bits are of empty pages, or of pages that the log has newer.
        Assert.InRange(refused, flips / 20, flips);
    }

    [Theory]
    [InlineData("closed", "store.db")]
    [InlineData("unclosed", "store.db")]
    [InlineData("unclosed", "store.db-wal")]
    public async Task A_block_that_is_lost_is_noticed_or_changes_nothing(string state, string name)
    {
        for (var i = 0; i < LostBlocks; i++)
        {
            await IsRefusedAsync(state, name, new Random(i), Overwrite);
        }
    }

    private async Task<bool> IsRefusedAsync(
        string state, string name, Random random, Func<Random, byte[], byte[]> damage)
    {
        using var copy = new TemporaryFolder();
        var path = StoreFiles.Copy(state == "closed" ? _files.Closed : _files.Unclosed, copy);
        var file = copy.File(name);
        var before = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        var after = damage(random, [.. before]);
        await File.WriteAllBytesAsync(file, after, TestContext.Current.CancellationToken);
        try
        {
            return await _files.OpenAsync(path) is not null;
        }
        catch (Exception exception)
        {
            var position = before.AsSpan().CommonPrefixLength(after);
            throw new InvalidOperationException(
                $"The {state} {name} of {after.Length} bytes, first different byte {position}: {exception.GetType()}: " +
                $"{exception.Message}",
                exception);
        }
    }

    // Every third near the beginning of a page, where the page's structure is.
    private static byte[] Flip(Random random, byte[] bytes)
    {
        var position = random.Next(bytes.Length);
        if (random.Next(3) == 0)
        {
            position = (position / Page * Page) + random.Next(Math.Min(120, bytes.Length - (position / Page * Page)));
        }

        bytes[position] ^= (byte)(1 << random.Next(8));
        return bytes;
    }

    private static byte[] Overwrite(Random random, byte[] bytes)
    {
        var page = random.Next(bytes.Length / Page) * Page;
        switch (random.Next(5))
        {
            case 0:
                bytes.AsSpan(page, Page).Clear();
                return bytes;
            case 1:
                random.NextBytes(bytes.AsSpan(page, Page));
                return bytes;
            case 2:
                bytes.AsSpan(random.Next(bytes.Length / Page) * Page, Page).CopyTo(bytes.AsSpan(page));
                return bytes;
            case 3:
                return bytes[..random.Next(bytes.Length)];
            default:
                var start = random.Next(bytes.Length - 64);
                random.NextBytes(bytes.AsSpan(start, random.Next(2, 64)));
                return bytes;
        }
    }
}
