namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Windows that wait, and which of them are run together next. Bounded in tokens: a job is taken whole or refused at once. Fair between jobs: the
/// one that has had the fewest tokens is next, so that a large one does not hold up small ones. A run is filled with windows of nearly the same
/// length, whosever they are. There is no timer: what has come while the lanes were busy makes the next runs.
/// </summary>
internal sealed class TokenQueue
{
    private readonly Lock _gate = new();
    private readonly QueueShape _shape;
    private readonly TokenRate _rate;
    private readonly HashSet<EncodingJob> _jobs = [];
    private readonly WaitingJobs _waitingJobs = new();
    private readonly UnfinishedWindows _windows;
    private readonly IdleLanes _idle = new();
    private int _running;
    private int _runningBulk;
    private long _lastNumber;

    // Tokens that a job would have had by now which had always been there: where a new one begins to count.
    private double _clock;
    private bool _isClosed;

    public TokenQueue(QueueShape shape, TokenRate rate)
    {
        (_shape, _rate, _windows) = (shape, rate, new UnfinishedWindows(shape.LongestWindow));
    }

    /// <summary>Tokens of windows that are not done.</summary>
    public long Tokens => _windows.Tokens;

    /// <summary>Refuses before any work is done what will have no room; what never could have any is not refused here.</summary>
    /// <param name="leastTokens">Tokens that it has at least.</param>
    /// <exception cref="EncoderBusyException">There is no room for so many now.</exception>
    public void CheckRoom(long leastTokens)
    {
        if (leastTokens <= _shape.MostTokens && Tokens + leastTokens > _shape.MostTokens)
        {
            throw Busy();
        }
    }

    /// <summary>Takes a job. Windows that another job waits for already are not run twice.</summary>
    /// <param name="windows">Ids of each.</param>
    /// <param name="cancellationToken">Nobody waits any more: what has not been run then never is.</param>
    /// <param name="isBegun">Whether a part of the same request was run already, which would be thrown away: then it is taken even without room.</param>
    /// <exception cref="EncoderBusyException">There is no room for all of it now.</exception>
    public (EncodingJob Job, Window[] Windows) Add(IReadOnlyList<int[]> windows, CancellationToken cancellationToken, bool isBegun = false)
    {
        EncodingJob? job = null;
        var own = new Window[windows.Count];
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SentenceEncoder));
            var tokens = windows.Sum(ids => (long)ids.Length);
            if (!isBegun && Tokens + tokens > _shape.MostTokens)
            {
                throw Busy();
            }

            try
            {
                for (var i = 0; i < own.Length; i++)
                {
                    own[i] = _windows.GetOrAdd(windows[i]);
                }

                job = new EncodingJob(++_lastNumber, [.. own.Distinct().OrderByDescending(window => window.Length)], tokens <= _shape.RunTokens, _clock);
                foreach (var window in job.Windows)
                {
                    window.Jobs.Add(job);
                }

                _jobs.Add(job);
                _waitingJobs.Add(job);
            }
            catch
            {
                // Memory that has run out: windows that nobody waits for would take the room of others for ever.
                Withdraw(own, job);
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

    /// <summary>Waits for windows to run.</summary>
    /// <returns>Null when the queue has been closed.</returns>
    public TokenBatch? Take(Lane lane)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_isClosed)
                {
                    return null;
                }

                if (Pick(lane.IsExpress) is { } batch)
                {
                    WakeExpress();
                    return batch;
                }

                _idle.Add(lane);
            }

            lane.Sleep();
        }
    }

    /// <summary>Gives back what has come of a batch: every window has a vector or an error.</summary>
    public void Finish(TokenBatch batch)
    {
        lock (_gate)
        {
            _running--;
            _runningBulk -= batch.IsBulk ? 1 : 0;
            foreach (var window in batch.Windows)
            {
                _windows.Finish(window);
                foreach (var job in window.Jobs)
                {
                    job.Remaining--;
                    if (!job.IsOver && (window.Error is not null || job.Remaining == 0))
                    {
                        Remove(job);
                        job.Complete(window.Error);
                        Drop(job);
                    }
                }
            }
        }
    }

    /// <summary>Ends the lanes; jobs that wait fail.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            foreach (var job in _jobs)
            {
                job.Complete(new ObjectDisposedException(nameof(SentenceEncoder)));
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
            // It may have been cancelled, or be in a lane's hands already.
            if (!job.IsOver && job.HasWaiting())
            {
                _idle.Wake(job.Windows.Count);
                WakeExpress();
            }
        }
    }

    private void Remove(EncodingJob job)
    {
        _jobs.Remove(job);
        _waitingJobs.Remove(job);
    }

    private void Withdraw(IEnumerable<Window?> windows, EncodingJob? job)
    {
        if (job is not null)
        {
            Remove(job);
        }

        foreach (var window in windows.OfType<Window>())
        {
            _ = job is not null && window.Jobs.Remove(job);
            if (!window.IsTaken && window.Jobs.Count == 0)
            {
                _windows.Discard(window);
            }
        }
    }

    private TokenBatch? Pick(bool isExpress)
    {
        // The extra lane is for what would otherwise wait until one of the long runs ends.
        if (isExpress && _runningBulk < _shape.Lanes)
        {
            return null;
        }

        if (_waitingJobs.Next(smallOnly: isExpress) is not { } next)
        {
            return null;
        }

        var windows = _windows.RunOf(next.Next, _shape, isExpress);
        var batch = new TokenBatch(windows, IsAlone: _running == 0 && _windows.Waiting == windows.Count, IsBulk: windows.Exists(window => !window.IsSmall));
        // From here on nothing can fail: what is taken comes back by Finish.
        _clock = Math.Max(_clock, next.Served) + ((double)batch.Tokens / _jobs.Count);
        windows.ForEach(TakeOut);
        _running++;
        _runningBulk += batch.IsBulk ? 1 : 0;
        return batch;
    }

    private void TakeOut(Window window)
    {
        _windows.Take(window);
        // Each of them gets it, so that none is served for nothing while the others count.
        foreach (var job in window.Jobs)
        {
            _waitingJobs.Charge(job, window.Length);
        }
    }

    private void Cancel(EncodingJob job)
    {
        lock (_gate)
        {
            if (!job.IsOver)
            {
                Remove(job);
                job.Cancel();
                Drop(job);
            }
        }
    }

    // Windows of a job that is over, if nobody else waits for them.
    private void Drop(EncodingJob job)
    {
        foreach (var window in job.Windows)
        {
            if (!window.IsTaken && window.Jobs.TrueForAll(other => other.IsOver))
            {
                _windows.Discard(window);
            }
        }
    }

    private void WakeExpress()
    {
        if (_runningBulk >= _shape.Lanes && _waitingJobs.HasSmall)
        {
            _idle.WakeExpress();
        }
    }

    private EncoderBusyException Busy() => new(_rate.TimeFor(Tokens));
}
