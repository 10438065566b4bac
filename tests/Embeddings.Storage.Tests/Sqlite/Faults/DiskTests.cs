using Embeddings.Storage.Tests.Sqlite.Crash;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

/// <summary>A disk without room, or that cannot be written to.</summary>
public sealed class DiskTests
{
    private readonly Dictionary<string, Document> _truth = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_full_disk_refuses_writes_and_loses_none()
    {
        await using var disk = await SmallDisk.MountAsync(4096);
        disk.Fill(2048);
        await using (var store = await Stores.OpenAsync(disk.StorePath))
        {
            var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
            var written = await WriteUntilFullAsync(docs, 0);
            Assert.InRange(written, 10, 200);
            await IsRightAsync(docs);
            // Writes that need no disk space, and writes that need much.
            await Assert.ThrowsAnyAsync<StoreException>(() => docs.UpsertAsync([Large("much", 1_000_000)], Token));
            await IsRightAsync(docs);

            disk.Free();
            Assert.InRange(await WriteUntilFullAsync(docs, 1000), 20, 400);
            await IsRightAsync(docs);
            disk.Fill(0);
        }

        await CheckReopenedAsync(disk.StorePath);
    }

    [Fact]
    public async Task On_a_full_disk_documents_can_be_deleted_and_written_again_in_their_room()
    {
        await using var disk = await SmallDisk.MountAsync(4096);
        await using (var store = await Stores.OpenAsync(disk.StorePath))
        {
            var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
            await WriteUntilFullAsync(docs, 0);
            // The last byte that others could take.
            disk.Fill();
            await Assert.ThrowsAsync<StoreFullException>(() => docs.UpsertAsync([Large("more", 100_000)], Token));
            await DeleteAsync(docs, 10);
            await IsRightAsync(docs);
            Assert.InRange(await WriteUntilFullAsync(docs, 1000), 5, 10);
            await IsRightAsync(docs);
        }

        await using var reopened = await Stores.OpenAsync(disk.StorePath);
        var again = (await reopened.FindAsync("docs", Token))!;
        await IsRightAsync(again);
        for (var i = 0; i < 3; i++)
        {
            disk.Fill();
            await DeleteAsync(again, 5);
            await IsRightAsync(again);
        }

        Assert.True(await reopened.DropAsync("docs", Token));
        Assert.Empty(await reopened.ListAsync(Token));
    }

    [Fact]
    public async Task A_backup_that_does_not_fit_takes_no_room_from_others()
    {
        await using var disk = await SmallDisk.MountAsync(4096);
        await using var store = await Stores.OpenAsync(disk.StorePath);
        var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
        var large = Large("large", 900_000);
        _truth[large.Id] = large;
        await docs.UpsertAsync([large], Token);
        disk.Fill(1500);
        await Assert.ThrowsAsync<StoreFullException>(() => store.BackupAsync(Token));
        disk.Free();
        await (await store.BackupAsync(Token)).DisposeAsync();
        Assert.DoesNotContain(
            Directory.GetFiles(Path.GetDirectoryName(disk.StorePath)!),
            name => name.Contains(".backup-", StringComparison.Ordinal));
        await IsRightAsync(docs);
    }

    [Fact]
    public async Task A_collection_is_made_with_its_first_documents_or_not_at_all()
    {
        await using var disk = await SmallDisk.MountAsync(2048);
        await using (var store = await Stores.OpenAsync(disk.StorePath))
        {
            await Assert.ThrowsAsync<StoreFullException>(
                () => store.UpsertAsync("docs", Operation.Settings, [Large("much", 3_000_000)], Token));
            Assert.Empty(await store.ListAsync(Token));
        }

        await using var reopened = await Stores.OpenAsync(disk.StorePath);
        Assert.Empty(await reopened.ListAsync(Token));
        var small = Operation.Make("small", 1);
        _truth[small.Id] = small;
        await IsRightAsync(await reopened.UpsertAsync("docs", Operation.Settings, [small], Token));
    }

    [Fact]
    public async Task A_small_write_need_not_fail_with_a_large_one()
    {
        await using var disk = await SmallDisk.MountAsync(4096);
        await using var store = await Stores.OpenAsync(disk.StorePath);
        var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
        for (var i = 0; i < 20; i++)
        {
            var small = Operation.Make($"{i}", i);
            var large = docs.UpsertAsync([Large("much", 8_000_000)], Token);
            var writing = docs.UpsertAsync([small], Token);
            await Assert.ThrowsAsync<StoreFullException>(() => large);
            await writing;
            _truth[small.Id] = small;
        }

        await IsRightAsync(docs);
    }

    [Fact]
    public async Task A_store_that_was_full_opens_when_there_is_room()
    {
        await using var disk = await SmallDisk.MountAsync(2048);
        await using (var store = await Stores.OpenAsync(disk.StorePath))
        {
            var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
            await WriteUntilFullAsync(docs, 0);
        }

        try
        {
            await CheckReopenedAsync(disk.StorePath);
        }
        catch (StoreException)
        {
            // It may need disk space to open. Once there is some, its content must be right.
        }

        Assert.True(await Shell.RunAsync("mount", "-o", "remount,size=8m", Path.GetDirectoryName(disk.StorePath)!));
        await CheckReopenedAsync(disk.StorePath);
    }

    [Fact]
    public async Task A_disk_that_gets_full_while_a_collection_moves_to_another_model_leaves_it_as_it_was()
    {
        await using var disk = await SmallDisk.MountAsync(4096);
        await using (var store = await Stores.OpenAsync(disk.StorePath))
        {
            var (docs, _) = await store.CreateAsync("docs", Operation.Settings, Token);
            foreach (var document in Enumerable.Range(0, 40).Select(i => Large($"{i}", 10_000)))
            {
                _truth[document.Id] = document;
            }

            await docs.UpsertAsync([.. _truth.Values], Token);
            // 40 vectors of 200 kB do not fit on a disk of 4 MB.
            await Assert.ThrowsAsync<StoreFullException>(
                () => docs.ReembedAsync(new ReembedRequest("large", 50_000, (documents, _) =>
                Task.FromResult<IReadOnlyList<ReadOnlyMemory<float>>>([.. documents.Select(_ => (ReadOnlyMemory<float>)new float[50_000])])), Token));
            await IsRightAsync(docs);
            // The space of the failed write is free again.
            var small = Operation.Make("small", 1);
            await docs.UpsertAsync([small], Token);
            _truth[small.Id] = small;
            await IsRightAsync(docs);
        }

        await CheckReopenedAsync(disk.StorePath);
    }

    [Fact]
    public async Task A_disk_that_is_read_only_is_named()
    {
        await using var disk = await SmallDisk.MountAsync(4096);
        await (await Stores.OpenAsync(disk.StorePath)).DisposeAsync();
        await disk.SetReadOnlyAsync();
        var exception = await Assert.ThrowsAsync<StoreUnwritableException>(() => Stores.OpenAsync(disk.StorePath));
        Assert.Contains(disk.StorePath, exception.Message, StringComparison.Ordinal);
    }

    private static Document Large(string id, int length) =>
        TestDocuments.Make(id, new string('x', length), null, 1, 2, 3, 4);

    private async Task DeleteAsync(IDocumentCollection docs, int count)
    {
        var ids = _truth.Keys.Take(count).ToList();
        Assert.Equal(count, await docs.DeleteAsync(ids, Token));
        ids.ForEach(id => _truth.Remove(id));
    }

    private async Task<int> WriteUntilFullAsync(IDocumentCollection docs, int first)
    {
        for (var i = first; ; i++)
        {
            var document = Large($"{i}", 10_000);
            try
            {
                await docs.UpsertAsync([document], Token);
                _truth[document.Id] = document;
            }
            catch (StoreFullException)
            {
                return i - first;
            }
        }
    }

    private async Task CheckReopenedAsync(string path)
    {
        await using var store = await Stores.OpenAsync(path);
        await IsRightAsync((await store.FindAsync("docs", Token))!);
    }

    private async Task IsRightAsync(IDocumentCollection docs)
    {
        var documents = await TestDocuments.ReadAsync(docs, Token);
        Assert.Equal(TestDocuments.Show(_truth.Values), TestDocuments.Show(documents));
        await CrashedStore.SearchesAreRightAsync(docs, documents);
    }
}
