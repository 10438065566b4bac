namespace Embeddings.Inference.Scheduling;

/// <summary>
/// The items that wait, and the choice of the next batch. The queue is bounded by cost: a job is taken whole or refused
/// at once. It is fair: the job that has been served least is next, so that a large job does not hold up small ones. A
/// batch is filled with items of nearly the same length, of any job. There is no timer: what arrives while the workers
/// are busy makes the next batches. Thread-safe.
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

    // How much a job would have been served by now if it had always been there. A new job starts here, so that it does
    // not go before all others until it has caught up.
    private double _clock;
    private bool _isClosed;

    public BatchQueue(BatchQueueSettings settings, WorkRate rate) => (_settings, _rate) = (settings, rate);

    /// <summary>Cost of all items that are not done.</summary>
    public long Cost => Volatile.Read(ref _cost);

    /// <summary>
    /// Refuses a request that will have no room, before any work is done for it. A request larger than the whole queue
    /// is not refused here, since waiting would not help it.
    /// </summary>
    /// <param name="leastCost">What the request costs at least.</param>
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
    /// <param name="cancellationToken">Cancels the job: its items that wait then are never run.</param>
    /// <param name="isBegun">Whether an earlier part of the same request was run already. Then the job is taken even
    /// without room; otherwise that part would be thrown away.</param>
    /// <exception cref="EncoderBusyException">There is no room for all of it now.</exception>
    public (EncodingJob Job, WorkItem[] Items) Add(
        IReadOnlyList<IModelInput> inputs, CancellationToken cancellationToken, bool isBegun = false)
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
                // Memory has run out. Items of a job that nobody waits for would take the room of others for ever.
                Remove(job);
                throw;
            }

            _idle.Wake(own.Length);
            WakeExpress();
        }

        try
        {
            job.CancelWith(Cancel, cancellationToken);
        }
        catch
        {
            Cancel(job);
            throw;
        }

        return (job, own);
    }

    /// <summary>Waits until there is a batch for a worker.</summary>
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

    /// <summary>Takes back a batch that has run: every item has a vector or an error.</summary>
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

    // Items of the job that wait are never run. Items that are running finish.
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
        // The express worker takes what would otherwise wait until a batch of a large job ends, and nothing else.
        if (isExpress && _runningBulk < _settings.Workers)
        {
            return null;
        }

        if (_waitingJobs.Next(smallOnly: isExpress) is not { } next)
        {
            return null;
        }

        var items = _waiting.BatchOf(next.Next, _settings, isExpress);
        var isAlone = _running == 0 && _waiting.Count == items.Count;
        var batch = new Batch(items, isAlone, IsBulk: items.Exists(item => !item.Job!.IsSmall));
        // Nothing below can fail, so every item that is taken comes back by Finish.
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
