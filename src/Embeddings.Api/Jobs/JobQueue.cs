using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Jobs;

/// <summary>No job has the id, or no longer.</summary>
internal sealed class JobNotFoundException(string id) : FailureException(
    FailureKind.JobNotFound, $"There is no job '{id}'. Results are kept for a while only: send the request again.", "id");

/// <summary>
/// The jobs: one runs, up to <c>Limits:MaxQueuedJobs</c> wait in the order in which they came. Results are kept, so that
/// the same work is not done twice, until newer ones need their room. Safe for any number of threads.
/// </summary>
internal sealed partial class JobQueue(
    IOptions<LimitsOptions> limits, IOptions<JsonOptions> json, TimeProvider time, ILogger<JobQueue> logger)
    : IHostedService, IDisposable
{
    /// <summary>Bytes that one result may have as JSON.</summary>
    public const int MostResultBytes = 64 << 20;

    /// <summary>Stands for the id of the newest job.</summary>
    private const string Latest = "latest";

    // Bytes of all results, and jobs that have ended, which are remembered.
    private const long MostBytes = 2L * MostResultBytes;
    private const int MostEnded = 256;

    private readonly OrderedDictionary<string, Job> _jobs = [];
    private readonly Dictionary<Job, Task> _running = [];
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();

    /// <summary>Does a work, or finds the job that has done it or does it now, and waits for its end.</summary>
    /// <param name="work">The work.</param>
    /// <param name="wait">How long to wait.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    /// <returns>The job. If it has ended, it has a result.</returns>
    /// <exception cref="OverloadedException">Too many jobs are waiting.</exception>
    /// <exception cref="FailureException">The job has failed, or was cancelled.</exception>
    public async Task<Job> RunAsync(JobWork work, TimeSpan wait, CancellationToken cancellationToken)
    {
        var job = FindOrBegin(work);
        if (await job.WaitAsync(wait, time, cancellationToken))
        {
            job.ThrowIfFailed();
        }

        return job;
    }

    /// <summary>
    /// Computes something that its request waits for, when no job runs.
    /// </summary>
    /// <param name="compute">What to compute.</param>
    /// <param name="isShort">Whether it takes no more than a request does, and has a request's priority.</param>
    /// <param name="cancellationToken">The client has gone.</param>
    public async Task<T> InTurnAsync<T>(Func<T> compute, bool isShort, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            return await BackgroundThread.RunAsync(compute, isShort);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The job of an id, after its end or after some time.</summary>
    /// <exception cref="JobNotFoundException">There is none.</exception>
    public async Task<Job> FindAsync(string id, TimeSpan wait, CancellationToken cancellationToken)
    {
        var job = Find(id);
        if (wait > TimeSpan.Zero)
        {
            await job.WaitAsync(wait, time, cancellationToken);
        }

        return job;
    }

    /// <summary>All jobs that are known, the newest first.</summary>
    public IReadOnlyList<Job> List()
    {
        lock (_lock)
        {
            return [.. _jobs.Values.Reverse()];
        }
    }

    /// <summary>Cancels a job, and forgets its result.</summary>
    /// <exception cref="JobNotFoundException">There is none.</exception>
    public void Delete(string id)
    {
        var job = Find(id);
        job.Cancel();
        lock (_lock)
        {
            _jobs.Remove(job.Id);
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Cancels all jobs.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Task[] running;
        lock (_lock)
        {
            running = [.. _running.Values];
        }

        await Task.WhenAll(running);
    }

    // Cancelled and not disposed of: a host may stop its services again after it has disposed of them.
    public void Dispose() => _stopping.Cancel();

    private Job Find(string id)
    {
        lock (_lock)
        {
            return (id == Latest ? _jobs.Values.LastOrDefault() : _jobs.GetValueOrDefault(id))
                ?? throw new JobNotFoundException(id);
        }
    }

    private Job FindOrBegin(JobWork work)
    {
        lock (_lock)
        {
            if (work.Key is not null && _jobs.Values.LastOrDefault(job => IsSame(job, work)) is { } same)
            {
                return same;
            }

            if (_running.Count > limits.Value.MaxQueuedJobs)
            {
                throw new OverloadedException();
            }

            var job = new Job(Guid.CreateVersion7().ToString("N"), work, time.GetUtcNow());
            _jobs.Add(job.Id, job);
            var either = CancellationTokenSource.CreateLinkedTokenSource(job.Cancellation, _stopping.Token);
            // Under the lock, so that turns come in the order of the requests.
            var turn = _turn.WaitAsync(either.Token);
            // A job may outlive the request that began it, so nothing of the request may flow into it.
            using (ExecutionContext.SuppressFlow())
            {
                _running[job] = Task.Run(() => RunAsync(job, turn, either), CancellationToken.None);
            }

            return job;
        }
    }

    private static bool IsSame(Job job, JobWork work) =>
        job.Work.Key == work.Key && job.Work.Kind == work.Kind && !job.Cancellation.IsCancellationRequested
        && job.Status is not (JobStatus.Failed or JobStatus.Cancelled);

    private async Task RunAsync(Job job, Task turn, CancellationTokenSource either)
    {
        using var ending = either;
        try
        {
            await turn;
            try
            {
                var start = time.GetTimestamp();
                job.Begin();
                var result = await job.Work.RunAsync(job, either.Token);
                job.Complete(Json(result));
                LogDone(job.Work.Kind, job.Work.Collection, time.GetElapsedTime(start).TotalSeconds);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            job.Stop();
        }
        catch (Exception exception)
        {
            job.Fail(exception);
            LogFailed(exception, job.Work.Kind, job.Work.Collection);
        }
        finally
        {
            lock (_lock)
            {
                _running.Remove(job);
                Forget();
            }
        }
    }

    private byte[] Json(object result)
    {
        using var buffer = new BoundedBuffer(MostResultBytes);
        JsonSerializer.Serialize(buffer, result, result.GetType(), json.Value.SerializerOptions);
        return buffer.ToArray();
    }

    // The oldest results go first. The newest stays, since its client has had no time to fetch it.
    private void Forget()
    {
        var ended = _jobs.Values.Where(job => !job.IsActive).ToList();
        var bytes = ended.Sum(job => (long)job.Result.Length);
        for (var i = 0; i < ended.Count - 1 && (bytes > MostBytes || ended.Count - i > MostEnded); i++)
        {
            bytes -= ended[i].Result.Length;
            _jobs.Remove(ended[i].Id);
        }
    }

    [LoggerMessage(LogLevel.Information, "Job {Kind} of {Collection}: done in {Seconds:0.00} s")]
    private partial void LogDone(string kind, string? collection, double seconds);

    [LoggerMessage(LogLevel.Warning, "Job {Kind} of {Collection} has failed")]
    private partial void LogFailed(Exception exception, string kind, string? collection);
}
