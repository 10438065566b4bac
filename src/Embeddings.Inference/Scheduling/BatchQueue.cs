namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Items that wait, and which of them are run together next. Bounded in tokens: a job is taken whole or refused at
/// once. Fair between jobs: the one that has had the fewest tokens is next, so that a large one does not hold up small
/// ones. A run is filled with items of nearly the same length, whosever they are. There is no timer: what has come
/// while the workers were busy makes the next runs.
/// </summary>
internal sealed class BatchQueue
{
    private readonly Lock _gate = new();
    private readonly BatchQueueSettings _settings;
    private readonly WorkRate _rate;
    private readonly HashSet<EncodingJob> _jobs = [];
    private readonly WaitingJobs _waitingJobs = new();
    private readonly WaitingItems _waiting = new();
    private readonly IdleWorkers _idle = new();
    private long _cost;
    private int _running;
    private int _runningBulk;
    private long _lastNumber;

    // What a job would have been served by now that had always been there: where a new job begins to count.
    private double _clock;
    private bool _isClosed;

    public BatchQueue(BatchQueueSettings settings, WorkRate rate) => (_settings, _rate) = (settings, rate);

    /// <summary>Cost of all items that are not done.</summary>
    public long Cost => Volatile.Read(ref _cost);

    /// <summary>
    /// Refuses before any work is done what will have no room; what never could have any is not refused here.
    /// </summary>
    /// <param name="leastCost">What it costs at least.</param>
    /// <exception cref="EncoderBusyException">There is no room for so many now.</exception>
    public void CheckRoom(long leastCost)
    {
        if (leastCost <= _settings.MostCost && Cost + leastCost > _settings.MostCost)
        {
            throw Busy();
        }
    }

    /// <summary>Takes a job.</summary>
    /// <param name="inputs">Its inputs.</param>
    /// <param name="cancellationToken">Nobody waits any more: what has not been run then never is.</param>
    /// <param name="isBegun">Whether a part of the same request was run already, which would be thrown away: then it is
    /// taken even without room.</param>
    /// <exception cref="EncoderBusyException">There is no room for all of it now.</exception>
    public (
        EncodingJob Job, WorkItem[] Items) Add(IReadOnlyList<IModelInput> inputs, CancellationToken cancellationToken, bool isBegun = false)
    {
        WorkItem[] own = [.. inputs.Select(input => new WorkItem(input))];
        var cost = own.Sum(item => (long)item.Cost);
        EncodingJob job;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(BatchQueue));
            if (!isBegun && _cost + cost > _settings.MostCost)
            {
                throw Busy();
            }

            job = new EncodingJob(++_lastNumber, own, cost <= _settings.BatchCost, _clock);
            try
            {
                _jobs.Add(job);
                foreach (var item in job.Items)
                {
                    item.Job = job;
                    _waiting.Add(item);
                    _cost += item.Cost;
                }

                _waitingJobs.Add(job);
            }
            catch
            {
                // Out of memory: items of a job that nobody waits for would take the room of others for ever.
                Remove(job);
                throw;
            }
        }

        try
        {
            job.CancelWith(Cancel, cancellationToken);
            Wake(job);
        }
        catch
        {
            Cancel(job);
            throw;
        }

        return (job, own);
    }

    /// <summary>Waits for items to run.</summary>
    /// <returns>Null when the queue has been closed.</returns>
    public Batch? Take(Worker worker)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_isClosed)
                {
                    return null;
                }

                if (Pick(worker.IsExpress) is { } batch)
                {
                    WakeExpress();
                    return batch;
                }

                _idle.Add(worker);
            }

            worker.Sleep();
        }
    }

    /// <summary>Gives back what has come of a batch: every item has a vector or an error.</summary>
    public void Finish(Batch batch)
    {
        lock (_gate)
        {
            _running--;
            _runningBulk -= batch.IsBulk ? 1 : 0;
            foreach (var item in batch.Items)
            {
                _cost -= item.Cost;
                var job = item.Job!;
                job.Remaining--;
                if (!job.IsOver && (item.Error is not null || job.Remaining == 0))
                {
                    Remove(job);
                    job.Complete(item.Error);
                }
            }
        }
    }

    /// <summary>Ends the workers; jobs that wait fail.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var job in _jobs)
            {
                job.Complete(new ObjectDisposedException(nameof(BatchQueue)));
                _waitingJobs.Remove(job);
            }

            _jobs.Clear();
            _idle.WakeAll();
        }
    }

    private void Wake(EncodingJob job)
    {
        lock (_gate)
        {
            // It may have been cancelled, or be in a worker's hands already.
            if (!job.IsOver && job.HasWaiting())
            {
                _idle.Wake(job.Items.Count);
                WakeExpress();
            }
        }
    }

    // Its items that wait are never run; those that are being run finish.
    private void Remove(EncodingJob job)
    {
        _jobs.Remove(job);
        _waitingJobs.Remove(job);
        foreach (var item in job.Items)
        {
            if (item.IsWaiting)
            {
                _waiting.Remove(item);
                _cost -= item.Cost;
            }
        }
    }

    private Batch? Pick(bool isExpress)
    {
        // The extra worker is for what would otherwise wait until one of the long runs ends.
        if (isExpress && _runningBulk < _settings.Workers)
        {
            return null;
        }

        if (_waitingJobs.Next(smallOnly: isExpress) is not { } next)
        {
            return null;
        }

        var items = _waiting.BatchOf(next.Next, _settings, isExpress);
        var batch = new Batch(items, IsAlone: _running == 0 && _waiting.Count == items.Count, IsBulk: items.Exists(item => !item.Job!.IsSmall));
        // From here on nothing can fail: what is taken comes back by Finish.
        _clock = Math.Max(_clock, next.Served) + ((double)batch.Cost / _jobs.Count);
        items.ForEach(TakeOut);
        _running++;
        _runningBulk += batch.IsBulk ? 1 : 0;
        return batch;
    }

    private void TakeOut(WorkItem item)
    {
        _waiting.Remove(item);
        _waitingJobs.Charge(item.Job!, item.Cost);
    }

    private void Cancel(EncodingJob job)
    {
        lock (_gate)
        {
            if (!job.IsOver)
            {
                Remove(job);
                job.Cancel();
            }
        }
    }

    private void WakeExpress()
    {
        if (_runningBulk >= _settings.Workers && _waitingJobs.HasSmall)
        {
            _idle.WakeExpress();
        }
    }

    private EncoderBusyException Busy() => new(_rate.TimeFor(Cost));
}
