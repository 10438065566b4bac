using Embeddings.Api.Jobs;
using Embeddings.Api.Limits;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Tests.Jobs;

/// <summary>What becomes of jobs: one at a time, in their order, until nobody wants them.</summary>
public sealed class JobQueueTests : IAsyncDisposable
{
    private readonly JobQueue _jobs = new(
        Options.Create(new LimitsOptions { MaxQueuedJobs = 2 }), Options.Create(new JsonOptions()), TimeProvider.System,
        NullLogger<JobQueue>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static TimeSpan Long => TimeSpan.FromSeconds(30);

    public async ValueTask DisposeAsync()
    {
        await _jobs.StopAsync(CancellationToken.None);
        _jobs.Dispose();
    }

    [Fact]
    public async Task One_job_runs_at_a_time_in_the_order_of_the_requests()
    {
        var first = new TaskCompletionSource<object>();
        var running = await BeginAsync(first.Task);
        var waiting = await BeginAsync(Task.FromResult<object>("second"));
        await UntilAsync(() => running.Status == JobStatus.Running);
        Assert.Equal(JobStatus.Queued, waiting.Status);
        first.SetResult("first");
        Assert.True(await waiting.WaitAsync(Long, TimeProvider.System, Token));
        Assert.Equal(("\"first\"", "\"second\""), (TextOf(running), TextOf(waiting)));
    }

    [Fact]
    public async Task Jobs_that_find_no_room_are_refused()
    {
        var end = new TaskCompletionSource<object>();
        for (var i = 0; i < 3; i++)
        {
            await BeginAsync(end.Task);
        }

        await Assert.ThrowsAsync<OverloadedException>(() => BeginAsync(end.Task));
        end.SetResult(1);
    }

    [Fact]
    public async Task The_same_work_is_done_once_and_its_result_is_kept()
    {
        var runs = 0;
        for (var i = 0; i < 3; i++)
        {
            var job = await _jobs.RunAsync(Work(_ => Task.FromResult<object>(++runs), key: "a"), Long, Token);
            Assert.Equal("1", TextOf(job));
        }

        var other = await _jobs.RunAsync(Work(_ => Task.FromResult<object>(++runs), key: "b"), Long, Token);
        Assert.Equal("2", TextOf(other));
    }

    [Fact]
    public async Task A_job_that_failed_is_done_again()
    {
        var work = Work(_ => throw new InvalidOperationException("Out of luck."), key: "a");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _jobs.RunAsync(work, Long, Token));
        var job = await _jobs.RunAsync(Work(_ => Task.FromResult<object>(true), key: "a"), Long, Token);
        Assert.Equal("true", TextOf(job));
        Assert.Equal([JobStatus.Done, JobStatus.Failed], _jobs.List().Select(each => each.Status));
    }

    [Fact]
    public async Task A_job_ends_when_the_last_client_that_waits_for_it_goes()
    {
        using var leaving = new CancellationTokenSource();
        using var staying = new CancellationTokenSource();
        var work = Work(async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return 1;
        }, key: "a");
        var one = _jobs.RunAsync(work, Long, leaving.Token);
        var two = _jobs.RunAsync(work, Long, staying.Token);
        await UntilAsync(() => _jobs.List()[0].Status == JobStatus.Running);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        Assert.False(_jobs.List()[0].Cancellation.IsCancellationRequested);
        await staying.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        await UntilAsync(() => _jobs.List()[0].Status == JobStatus.Cancelled);
    }

    [Fact]
    public async Task A_job_whose_id_was_told_goes_on_without_clients()
    {
        using var leaving = new CancellationTokenSource();
        var end = new TaskCompletionSource<object>();
        var job = await BeginAsync(end.Task);
        var waiting = _jobs.FindAsync(job.Id, Long, leaving.Token);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        end.SetResult("kept");
        Assert.Equal("\"kept\"", TextOf(await _jobs.FindAsync(job.Id, Long, Token)));
    }

    [Fact]
    public async Task A_deleted_job_is_cancelled_and_gone()
    {
        var job = await _jobs.RunAsync(Work(async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            return 1;
        }), TimeSpan.Zero, Token);
        _jobs.Delete(job.Id);
        Assert.True(await job.WaitAsync(Long, TimeProvider.System, Token));
        Assert.Equal(JobStatus.Cancelled, job.Status);
        Assert.Throws<JobCancelledException>(job.ThrowIfFailed);
        Assert.Throws<JobNotFoundException>(() => _jobs.Delete(job.Id));
    }

    [Fact]
    public async Task A_result_beyond_the_limit_fails_its_job()
    {
        var large = new string('x', JobQueue.MostResultBytes);
        await Assert.ThrowsAsync<ResultTooLargeException>(
            () => _jobs.RunAsync(Work(_ => Task.FromResult<object>(large)), Long, Token));
    }

    [Fact]
    public async Task Results_are_forgotten_when_newer_ones_need_their_room()
    {
        var large = new string('x', JobQueue.MostResultBytes - 1000);
        for (var i = 0; i < 4; i++)
        {
            await _jobs.RunAsync(Work(_ => Task.FromResult<object>(large)), Long, Token);
        }

        await UntilAsync(() => _jobs.List().Count == 2);
    }

    private Task<Job> BeginAsync(Task<object> result) => _jobs.RunAsync(Work(token => result.WaitAsync(token)), TimeSpan.Zero, Token);

    private static JobWork Work(Func<CancellationToken, Task<object>> run, string? key = null) =>
        new("test", null, key, (_, token) => run(token));

    private static string TextOf(Job job) => System.Text.Encoding.UTF8.GetString(job.Result.Span);

    private static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Token);
        }
    }
}
