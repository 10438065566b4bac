using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference.Tests.Scheduling;

public sealed partial class BatchQueueTests
{
    private static readonly Worker Plain = new(isExpress: false);
    private static readonly Worker Express = new(isExpress: true);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void A_job_is_taken_whole_or_not_at_all()
    {
        var queue = Make(mostTokens: 100);
        queue.Add(Items(10, 9, first: 0), Cancelled);
        Assert.Throws<EncoderBusyException>(() => queue.Add(Items(11, 1, first: 50), Cancelled));
        Assert.Equal(90, queue.Cost);
        queue.Add(Items(10, 1, first: 70), Cancelled);
        Assert.Throws<EncoderBusyException>(() => queue.CheckRoom(1));
    }

    [Fact]
    public void A_batch_holds_items_of_one_length_up_to_its_cost()
    {
        var queue = Make(batchTokens: 64);
        queue.Add(Items(16, 6, 0), Cancelled);
        Assert.Equal([16, 16, 16, 16], Lengths(queue.Take(Plain)));
        Assert.Equal([16, 16], Lengths(queue.Take(Plain)));
    }

    [Fact]
    public void Nearly_equal_items_share_a_batch_where_padding_costs_less_than_another_batch()
    {
        var queue = Make(batchOverhead: 16);
        // Padding: 2 x 3 tokens for those of 17; 3 x 6 for those of 14, which is too much; 1 for that of 3, beside that
        // of 4.
        queue.Add(
            [.. Items(20, 2, 0), .. Items(17, 2, 100), .. Items(14, 3, 200), .. Items(4, 1, 300), .. Items(3, 1, 400)],
            Cancelled);
        Assert.Equal([17, 17, 20, 20], Lengths(queue.Take(Plain)));
        Assert.Equal([14, 14, 14], Lengths(queue.Take(Plain)));
        Assert.Equal([3, 4], Lengths(queue.Take(Plain)));
    }

    [Fact]
    public void Inputs_of_two_layouts_never_share_a_batch()
    {
        var queue = Make();
        queue.Add([Ids(16, 0), new Image(), new Image(), Ids(16, 100)], Cancelled);
        var batches = new[] { queue.Take(Plain)!, queue.Take(Plain)! };
        Assert.All(batches, batch => Assert.Equal(2, batch.Items.Count));
        Assert.All(batches, batch => Assert.Single(batch.Items.DistinctBy(item => item.Shape.Layout)));
    }

    [Fact]
    public void Longer_items_of_others_join_the_batch_of_the_one_that_is_next()
    {
        var queue = Make(batchOverhead: 16);
        queue.Add([.. Items(100, 1, 100), .. Items(20, 1, 200)], Cancelled);
        queue.Add(Items(17, 1, 300), Cancelled);
        Assert.Equal([100], Lengths(queue.Take(Plain)));
        Assert.Equal([17, 20], Lengths(queue.Take(Plain)));
    }

    [Fact]
    public void Fifty_thousand_single_texts_are_taken_as_they_came()
    {
        // This took a minute when every job was looked at to find the next.
        var queue = Make(isSingle: true);
        const int count = 50_000;
        for (var i = 0; i < count; i++)
        {
            queue.Add([Ids(4, i)], Cancelled);
        }

        for (var i = 0; i < count; i++)
        {
            var batch = queue.Take(Plain)!;
            Assert.Equal(i, ((Sequence)batch.Items[0].Input).Ids[0]);
            queue.Finish(Vectors(batch));
        }

        Assert.Equal(0, queue.Cost);
    }

    [Fact]
    public void A_single_item_has_a_batch_of_its_own_where_neighbours_would_change_it()
    {
        var queue = Make(isSingle: true);
        queue.Add(Items(16, 2, 0), Cancelled);
        Assert.Equal([16], Lengths(queue.Take(Plain)));
        Assert.Equal([16], Lengths(queue.Take(Plain)));
    }

    [Fact]
    public async Task A_hundred_thousand_items_are_taken_and_given_up()
    {
        var queue = Make(mostTokens: 400_000);
        using var leaving = new CancellationTokenSource();
        var jobs = Enumerable.Range(0, 100).Select(job => queue.Add(Items(4, 1000, 1000 * job), leaving.Token).Job)
            .ToList();
        Assert.Equal(400_000, queue.Cost);
        await leaving.CancelAsync();
        Assert.All(jobs, job => Assert.True(job.IsOver));
        Assert.Equal(0, queue.Cost);
    }

    [Fact]
    public void What_fails_on_its_way_in_leaves_nothing_behind()
    {
        var queue = Make(mostTokens: 100);
        Assert.Throws<IOException>(
            () => queue.Add(new FailingList([Ids(40, 0), Ids(40, 100), Ids(10, 200)]), Cancelled));
        Assert.Equal(0, queue.Cost);
        queue.Add([Ids(40, 0), Ids(50, 300)], Cancelled);
        Assert.Equal([40, 50], Lengths(queue.Take(Plain)));
    }

    [Fact]
    public void What_is_begun_is_let_in_without_room()
    {
        var queue = Make(mostTokens: 100);
        queue.Add(Items(50, 2, 0), Cancelled);
        Assert.Throws<EncoderBusyException>(() => queue.Add([Ids(10, 500)], Cancelled));
        queue.Add([Ids(10, 500)], Cancelled, isBegun: true);
        Assert.Equal(110, queue.Cost);
    }

    [Fact]
    public async Task Equal_items_of_two_jobs_have_vectors_of_their_own()
    {
        var queue = Make();
        using var leaving = new CancellationTokenSource();
        var (first, _) = queue.Add([Ids(8, 1)], leaving.Token);
        var (second, items) = queue.Add([Ids(8, 1)], Cancelled);
        Assert.Equal(16, queue.Cost);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.Completion);
        var batch = queue.Take(Plain)!;
        Assert.Single(batch.Items);
        queue.Finish(Vectors(batch));
        await second.Completion;
        Assert.NotNull(items[0].Vector);
        Assert.Equal(0, queue.Cost);
    }

    [Fact]
    public async Task Items_of_a_cancelled_job_are_never_run()
    {
        var queue = Make();
        using var leaving = new CancellationTokenSource();
        queue.Add(Items(8, 40, 0), leaving.Token);
        await leaving.CancelAsync();
        Assert.Equal(0, queue.Cost);
        queue.Add([Ids(9, 500)], Cancelled);
        Assert.Equal([9], Lengths(queue.Take(Plain)));
    }

    [Fact]
    public void A_batch_is_alone_only_when_nothing_else_runs_or_waits()
    {
        var queue = Make(batchTokens: 8);
        queue.Add([Ids(8, 1)], Cancelled);
        Assert.True(queue.Take(Plain)!.IsAlone);
        queue.Add(Items(8, 2, 10), Cancelled);
        Assert.False(queue.Take(Plain)!.IsAlone);
    }

    [Fact]
    public async Task A_failed_item_fails_its_job_alone()
    {
        var queue = Make();
        var (bad, _) = queue.Add([Ids(8, 1)], Cancelled);
        var (good, _) = queue.Add([Ids(8, 2)], Cancelled);
        var batch = queue.Take(Plain)!;
        Assert.Equal(2, batch.Items.Count);
        batch.Items[0].Error = new ModelRunException(new InvalidOperationException("bad"));
        batch.Items[1].Vector = [1];
        queue.Finish(batch);
        await Assert.ThrowsAsync<ModelRunException>(() => bad.Completion);
        await good.Completion;
    }

    [Fact]
    public async Task Closing_ends_workers_and_fails_what_waits()
    {
        var queue = Make();
        var worker = Task.Run(() => queue.Take(new Worker(isExpress: false)), Cancelled);
        var (job, _) = (queue.Add([Ids(8, 1)], Cancelled).Job, 0);
        Assert.NotNull(await worker);
        var waiting = Task.Run(() => queue.Take(new Worker(isExpress: false)), Cancelled);
        queue.Close();
        Assert.Null(await waiting.WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => job.Completion);
        Assert.Throws<ObjectDisposedException>(() => queue.Add([Ids(8, 2)], Cancelled));
    }

    private static BatchQueue Make(
        int workers = 4,
        int batchTokens = 256,
        long mostTokens = 1_000_000,
        bool isSingle = false,
        int batchOverhead = 16) =>
        new(new BatchQueueSettings(workers, batchTokens, mostTokens, isSingle, batchOverhead), new WorkRate(workers, TimeProvider.System));

    private static Sequence Ids(int length, int first) => new([.. Enumerable.Range(first, length)]);

    private static List<Sequence> Items(int length, int count, int first) =>
        [.. Enumerable.Range(first, count).Select(i => Ids(length, i))];

    private static IEnumerable<int> Lengths(Batch? batch) => batch!.Items.Select(item => item.Shape.Length);

    private static Batch Vectors(Batch batch)
    {
        foreach (var item in batch.Items)
        {
            item.Vector = [1];
        }

        return batch;
    }

    private sealed class Image : IModelInput
    {
        public int Cost => 100;

        public Shape Shape => new("image", 16);
    }

    // Fails at the last of its items, as can happen when memory runs out.
    private sealed class FailingList(IModelInput[] items) : IReadOnlyList<IModelInput>
    {
        public int Count => items.Length;

        public IModelInput this[int index] => index < items.Length - 1 ? items[index] : throw new IOException();

        public IEnumerator<IModelInput> GetEnumerator() =>
            Enumerable.Range(0, items.Length).Select(i => this[i]).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
