using Microsoft.Extensions.Logging;

namespace Embeddings.Inference.Scheduling;

/// <summary>
/// The workers: threads that each run one batch at a time, and one extra, express worker for small jobs while all
/// others run batches of large jobs. A batch that fails is tried again item by item, so that one text does not fail the
/// others. A worker that dies is replaced.
/// </summary>
internal sealed partial class WorkerPool : IDisposable
{
    // Batches in a row; one bad text fails fewer.
    private const int MostFailures = 8;

    // After this time without a failure the pool counts as healthy again, so that requests come and show whether it is.
    private static readonly TimeSpan FailuresCount = TimeSpan.FromSeconds(10);

    // The longest batches take a hundredth of this.
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(30);

    private readonly BatchQueue _queue;
    private readonly IBatchEncoder _encoder;
    private readonly WorkRate _rate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CountdownEvent _alive = new(1);
    private readonly Worker[] _workers;

    private int _deaths;
    private int _failures;
    private long _lastFailure;

    public WorkerPool(
        int workers, BatchQueue queue, IBatchEncoder encoder, WorkRate rate, TimeProvider time, ILogger logger)
    {
        (_queue, _encoder, _rate, _time, _logger) = (queue, encoder, rate, time, logger);
        _workers = [.. Enumerable.Range(0, workers + 1).Select(index => new Worker(isExpress: index == workers))];
        for (var index = 0; index < _workers.Length; index++)
        {
            Start(index);
        }
    }

    /// <summary>Workers of which no batch has run for 30 s or longer.</summary>
    public int Count => _workers.Count(Works);

    /// <summary>Workers that died and were replaced.</summary>
    public int Deaths => Volatile.Read(ref _deaths);

    /// <summary>Whether no batch has run for 30 s or longer, and not all of the last 8 batches failed.</summary>
    public bool IsHealthy =>
        Count == _workers.Length && (Volatile.Read(ref _failures) < MostFailures || _time.GetElapsedTime(Volatile.Read(ref _lastFailure)) > FailuresCount);

    /// <summary>Waits until every worker has ended, after the queue was closed.</summary>
    public void Dispose()
    {
        _alive.Signal();
        _alive.Wait();
    }

    private bool Works(Worker worker) =>
        worker.RunStart is var start && (start == 0 || _time.GetElapsedTime(start) < LongestRun);

    private void Start(int index)
    {
        _alive.AddCount();
        new Thread(() => Live(index)) { Name = _workers[index].IsExpress ? "Express worker" : "Worker", IsBackground = true }.Start();
    }

    private void Live(int index)
    {
        var worker = _workers[index];
        try
        {
            while (_queue.Take(worker) is { } batch)
            {
                Work(batch, worker);
            }
        }
        catch (Exception exception)
        {
            NoteDeath(exception);
            _workers[index] = new Worker(worker.IsExpress);
            Start(index);
        }
        finally
        {
            _alive.Signal();
        }
    }

    private void Work(Batch batch, Worker worker)
    {
        worker.RunStart = _time.GetTimestamp();
        try
        {
            Run(batch);
        }
        catch (Exception exception)
        {
            foreach (var item in batch.Items)
            {
                item.Error ??= item.Vector is null ? exception : null;
            }

            throw;
        }
        finally
        {
            Note(batch, worker.RunStart);
            worker.RunStart = 0;
            _queue.Finish(batch);
        }
    }

    private void NoteDeath(Exception exception)
    {
        Interlocked.Increment(ref _deaths);
        LogDeath(exception);
    }

    private void Run(Batch batch)
    {
        try
        {
            var vectors = _encoder.Run(batch);
            for (var i = 0; i < vectors.Length; i++)
            {
                batch.Items[i].Vector = vectors[i];
            }
        }
        catch (Exception) when (batch.Items.Count > 1)
        {
            Exception? unexpected = null;
            foreach (var item in batch.Items)
            {
                RunAlone(item);
                unexpected ??= item.Error is EncodingException ? null : item.Error;
            }

            if (unexpected is not null)
            {
                throw unexpected;
            }
        }
        catch (EncodingException exception)
        {
            batch.Items[0].Error = exception;
        }
    }

    private void RunAlone(WorkItem item)
    {
        try
        {
            item.Vector = _encoder.Run(new Batch([item], IsAlone: false, IsBulk: false))[0];
        }
        catch (Exception exception)
        {
            item.Error = exception;
        }
    }

    private void Note(Batch batch, long start)
    {
        if (batch.Items.All(item => item.Vector is null))
        {
            Volatile.Write(ref _lastFailure, _time.GetTimestamp());
            Interlocked.Increment(ref _failures);
            return;
        }

        Volatile.Write(ref _failures, 0);
        // A batch that was alone may have run on all threads. It says nothing of the rate under load.
        if (!batch.IsAlone)
        {
            _rate.Note(batch.Cost, start);
        }
    }

    [LoggerMessage(LogLevel.Error, "A batch ended with an unexpected error; its worker was replaced")]
    private partial void LogDeath(Exception exception);
}
