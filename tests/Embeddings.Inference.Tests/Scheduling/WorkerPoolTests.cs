using Embeddings.Inference.Scheduling;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference.Tests.Scheduling;

public sealed class WorkerPoolTests
{
    private const int Workers = 3;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_job_of_many_threads_gets_its_vectors_whatever_others_cancel()
    {
        using var pool = new Pool();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var i = 0; i < 200; i++)
            {
                using var leaving = new CancellationTokenSource();
                var ids = Enumerable.Range(0, random.Next(1, 30))
                    .Select(_ => Enumerable.Range(0, random.Next(2, 40)).Select(_ => random.Next(100)).ToArray()).ToList();
                var (job, items) = pool.Queue.Add([.. ids.Select(list => new Sequence(list))], leaving.Token);
                if (random.Next(4) == 0)
                {
                    await leaving.CancelAsync();
                    await job.Completion.ContinueWith(
                        _ => { }, Cancelled, TaskContinuationOptions.None, TaskScheduler.Default);
                    continue;
                }

                await job.Completion.WaitAsync(TimeSpan.FromSeconds(60), Cancelled);
                Assert.Equal(ids.Select(list => (float)list.Sum()), items.Select(item => item.Vector![0]));
            }
        }, Cancelled)));
        Assert.True(SpinWait.SpinUntil(() => pool.Queue.Cost == 0, TimeSpan.FromSeconds(60)));
        Assert.Equal(0, pool.Workers.Deaths);
        Assert.True(pool.Workers.IsHealthy);
    }

    [Fact]
    public async Task A_text_that_fails_does_not_fail_its_neighbours()
    {
        using var pool = new Pool();
        pool.Encoder.Hold();
        var occupied = Enumerable.Range(0, WorkerPoolTests.Workers)
            .Select(i => pool.Queue.Add([new Sequence([i, i, i, i, i, i])], Cancelled).Job.Completion).ToList();
        var (bad, _) = pool.Queue.Add([new Sequence([SumEncoder.Bad, 1])], Cancelled);
        var (good, items) = pool.Queue.Add([new Sequence([3, 4])], Cancelled);
        pool.Encoder.Release();
        await Assert.ThrowsAsync<ModelRunException>(() => bad.Completion);
        await good.Completion;
        await Task.WhenAll(occupied);
        Assert.Equal(7, items[0].Vector![0]);
    }

    [Fact]
    public async Task A_worker_that_dies_fails_its_batch_is_counted_and_replaced()
    {
        using var pool = new Pool();
        for (var i = 1; i <= 2 * Workers; i++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(
                () => pool.Queue.Add([new Sequence([SumEncoder.Deadly, i])], Cancelled).Job.Completion);
        }

        var (job, items) = pool.Queue.Add([new Sequence([1, 2])], Cancelled);
        await job.Completion;
        Assert.Equal(3, items[0].Vector![0]);
        // The last death is counted after its job has failed.
        Assert.True(SpinWait.SpinUntil(() => pool.Workers.Deaths == 2 * Workers, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task The_neighbours_of_a_text_that_kills_a_worker_get_their_vectors()
    {
        using var pool = new Pool();
        pool.Encoder.Hold();
        var occupied = Enumerable.Range(0, WorkerPoolTests.Workers)
            .Select(i => pool.Queue.Add([new Sequence([i, i, i, i, i, i])], Cancelled).Job.Completion).ToList();
        var (deadly, _) = pool.Queue.Add([new Sequence([SumEncoder.Deadly, 1])], Cancelled);
        var (good, items) = pool.Queue.Add([new Sequence([3, 4])], Cancelled);
        pool.Encoder.Release();
        await Assert.ThrowsAsync<InvalidOperationException>(() => deadly.Completion);
        await good.Completion;
        await Task.WhenAll(occupied);
        Assert.Equal(7, items[0].Vector![0]);
        Assert.True(SpinWait.SpinUntil(() => pool.Workers.Deaths == 1, TimeSpan.FromSeconds(60)));
    }

    [Fact]
    public async Task It_is_not_healthy_while_every_batch_fails_until_one_does_not_or_none_is_tried()
    {
        using var pool = new Pool();
        async Task Fail()
        {
            for (var i = 0; i < 8; i++)
            {
                Assert.True(pool.Workers.IsHealthy);
                await Assert.ThrowsAsync<ModelRunException>(
                    () => pool.Queue.Add([new Sequence([SumEncoder.Bad, i])], Cancelled).Job.Completion);
            }

            Assert.False(pool.Workers.IsHealthy);
        }

        await Fail();
        await pool.Queue.Add([new Sequence([1, 2])], Cancelled).Job.Completion;
        Assert.True(pool.Workers.IsHealthy);
        await Fail();
        pool.Time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(pool.Workers.IsHealthy);
    }

    [Fact]
    public async Task A_worker_whose_batch_does_not_end_does_not_count_as_one_that_works()
    {
        using var pool = new Pool();
        Assert.Equal(Workers + 1, pool.Workers.Count);
        pool.Encoder.Hold();
        var job = pool.Queue.Add([new Sequence([1, 2])], Cancelled).Job;
        Assert.True(SpinWait.SpinUntil(() => pool.Encoder.Running == 1, TimeSpan.FromSeconds(60)));
        Assert.True(pool.Workers.IsHealthy);
        pool.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(Workers, pool.Workers.Count);
        Assert.False(pool.Workers.IsHealthy);
        pool.Encoder.Release();
        await job.Completion;
        Assert.True(pool.Workers.IsHealthy);
    }

    private sealed class Pool : IDisposable
    {
        public Pool()
        {
            var rate = new WorkRate(WorkerPoolTests.Workers, Time);
            Queue = new BatchQueue(
                new BatchQueueSettings(WorkerPoolTests.Workers, 64, 1_000_000, IsSingle: false, BatchOverhead: 16),
                rate);
            Workers = new WorkerPool(WorkerPoolTests.Workers, Queue, Encoder, rate, Time, NullLogger.Instance);
        }

        public ManualTime Time { get; } = new();

        public SumEncoder Encoder { get; } = new();

        public BatchQueue Queue { get; }

        public WorkerPool Workers { get; }

        public void Dispose()
        {
            // Otherwise disposal would wait for the batches that a failed test holds.
            Encoder.Release();
            Queue.Close();
            Workers.Dispose();
            Encoder.Dispose();
        }
    }
}
