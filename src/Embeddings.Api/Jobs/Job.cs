using System.Runtime.ExceptionServices;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Jobs;

/// <summary>What a job does.</summary>
/// <param name="Kind">A word for what it makes: <c>projection</c>.</param>
/// <param name="Collection">The collection that it reads, or null.</param>
/// <param name="Key">
/// Equal for works that have equal results, so that the second is not done again; null for a work that is like no other.
/// </param>
/// <param name="RunAsync">Does it, and returns the result, which is then kept as JSON.</param>
internal sealed record JobWork(
    string Kind, string? Collection, string? Key, Func<IProgress<double>, CancellationToken, Task<object>> RunAsync);

/// <summary>Where a job is.</summary>
internal enum JobStatus
{
    /// <summary>It waits until the jobs before it have ended.</summary>
    Queued,

    /// <summary>It is being done.</summary>
    Running,

    /// <summary>It has a result.</summary>
    Done,

    /// <summary>It has failed.</summary>
    Failed,

    /// <summary>It was cancelled, or every client that waited for it has gone.</summary>
    Cancelled,
}

/// <summary>Work that takes longer than a client should wait. Safe for any number of threads.</summary>
internal sealed class Job(string id, JobWork work, DateTimeOffset created) : IProgress<double>, IDisposable
{
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _cancelling = new();
    private readonly Lock _lock = new();
    private Exception? _error;
    private double _progress;
    private int _waiting;
    private bool _isKept;

    public string Id => id;

    public JobWork Work => work;

    public DateTimeOffset Created => created;

    public JobStatus Status { get; private set; }

    /// <summary>How much is done, from 0 to 1.</summary>
    public double Progress => Volatile.Read(ref _progress);

    /// <summary>The result as JSON in UTF-8; empty until it is done.</summary>
    public ReadOnlyMemory<byte> Result { get; private set; }

    /// <summary>Why it failed, or null.</summary>
    public Failure? Failure => _error is null ? null : ErrorTable.Of(_error);

    /// <summary>Whether it waits or runs.</summary>
    public bool IsActive => Status is JobStatus.Queued or JobStatus.Running;

    /// <summary>Cancelled when nobody wants the result any more.</summary>
    public CancellationToken Cancellation => _cancelling.Token;

    public void Report(double value) => Volatile.Write(ref _progress, Math.Clamp(value, 0, 1));

    /// <summary>Waits until the job has ended, or some time has passed.</summary>
    /// <returns>Whether it has ended.</returns>
    /// <remarks>
    /// A job is cancelled when the last client that waits for it goes away. Once a wait has ended by time, the client
    /// knows the id and may come back, so the job then goes on whoever leaves.
    /// </remarks>
    /// <exception cref="OperationCanceledException">The client has gone.</exception>
    public async Task<bool> WaitAsync(TimeSpan most, TimeProvider time, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _waiting++;
        }

        try
        {
            await _end.Task.WaitAsync(most, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                _isKept = true;
            }

            return false;
        }
        finally
        {
            Leave();
        }
    }

    /// <summary>Throws what the job failed of.</summary>
    public void ThrowIfFailed()
    {
        if (_error is not null)
        {
            ExceptionDispatchInfo.Throw(_error);
        }
    }

    public void Begin() => Status = JobStatus.Running;

    public void Complete(byte[] result)
    {
        Report(1);
        Result = result;
        End(JobStatus.Done);
    }

    public void Fail(Exception error)
    {
        _error = error;
        End(JobStatus.Failed);
    }

    /// <summary>Asks it to stop; it does so soon.</summary>
    public void Cancel() => _cancelling.Cancel();

    // The source is not disposed of, since a client may still leave. Without a timer it holds nothing that must be freed.
    public void Dispose() => Cancel();

    /// <summary>Says that it has stopped after it was asked to.</summary>
    public void Stop()
    {
        _error = new JobCancelledException(id);
        End(JobStatus.Cancelled);
    }

    private void Leave()
    {
        bool isWanted;
        lock (_lock)
        {
            isWanted = --_waiting > 0 || _isKept;
        }

        if (!isWanted && IsActive)
        {
            Cancel();
        }
    }

    private void End(JobStatus status)
    {
        Status = status;
        _end.TrySetResult();
    }
}

/// <summary>A job ended without a result, since it was cancelled.</summary>
internal sealed class JobCancelledException(string id) : FailureException(
    FailureKind.JobCancelled, $"Job '{id}' was cancelled. Send the request again.");
