using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference.Tests.Scheduling;

/// <summary>Small jobs beside large ones.</summary>
public sealed partial class BatchQueueTests
{
    [Fact]
    public void A_small_job_does_not_wait_for_a_large_one_nor_a_large_one_for_ever()
    {
        var queue = Make(batchTokens: 64);
        queue.Add(Items(32, 500, 0), Cancelled);
        queue.Finish(Vectors(queue.Take(Plain)!));
        queue.Add(Items(8, 1, 1000), Cancelled);
        var batches = new List<Batch> { queue.Take(Plain)!, queue.Take(Plain)! };
        Assert.Contains(batches, batch => batch.Length == 8);
        batches.ForEach(batch => queue.Finish(Vectors(batch)));

        // Small jobs all the time: the large one has a batch now and then.
        var large = 0;
        for (var i = 0; i < 100; i++)
        {
            queue.Add(Items(8, 1, 2000 + i), Cancelled);
            var batch = queue.Take(Plain)!;
            large += batch.Length == 32 ? 1 : 0;
            queue.Finish(Vectors(batch));
        }

        Assert.InRange(large, 5, 95);
    }

    [Fact]
    public void A_large_job_gets_its_share_however_many_small_ones_wait()
    {
        var queue = Make(isSingle: true);
        queue.Add(Items(130, 20, 0), Cancelled);
        for (var i = 0; i < 64; i++)
        {
            queue.Add([Ids(17, 1000 + i)], Cancelled);
        }

        // As many small jobs come as are done: by tokens, the large one's share is one in 65.
        var large = 0;
        for (var i = 0; i < 3000; i++)
        {
            var batch = queue.Take(Plain)!;
            large += batch.Length == 130 ? 1 : 0;
            queue.Finish(Vectors(batch));
            if (batch.Length == 17)
            {
                queue.Add([Ids(17, 2000 + i)], Cancelled);
            }
        }

        Assert.InRange(large, 3, 12);
    }

    [Fact]
    public async Task The_express_worker_takes_small_jobs_while_the_others_run_large_ones()
    {
        var queue = Make(workers: 2, batchTokens: 64);
        var express = Task.Run(() => queue.Take(Express), Cancelled);
        queue.Add(Items(32, 100, 0), Cancelled);
        queue.Take(Plain);
        queue.Take(Plain);
        queue.Add([Ids(8, 1000)], Cancelled);
        var batch = await express.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
        Assert.Equal([8], Lengths(batch));
    }

    [Fact]
    public void The_express_worker_takes_nothing_of_large_jobs_however_near_in_length()
    {
        var queue = Make(workers: 2, batchTokens: 64);
        queue.Add([.. Items(8, 20, 0), .. Items(10, 20, 100)], Cancelled);
        queue.Take(Plain);
        queue.Take(Plain);
        queue.Add([Ids(8, 1000)], Cancelled);
        queue.Add([Ids(7, 2000)], Cancelled);
        Assert.Equal([7, 8], Lengths(queue.Take(Express)));
    }
}
