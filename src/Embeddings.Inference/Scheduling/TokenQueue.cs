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
    private readonly WaitingWindows _waiting;
    private readonly IdleLanes _idle = new();
    private long _tokens;
    private int _running;
    private int _runningBulk;
    private long _lastNumber;

    // Tokens that a job would have had by now which had always been there: where a new one begins to count.
    private double _clock;
    private bool _isClosed;

    public TokenQueue(QueueShape shape, TokenRate rate)
    {
        (_shape, _rate, _waiting) = (shape, rate, new WaitingWindows(shape.LongestWindow));
    }

    /// <summary>Tokens of windows that are not done.</summary>
    public long Tokens => Volatile.Read(ref _tokens);

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

    /// <summary>Takes a job.</summary>
    /// <param name="windows">Ids of each.</param>
    /// <param name="cancellationToken">Nobody waits any more: what has not been run then never is.</param>
    /// <param name="isBegun">Whether a part of the same request was run already, which would be thrown away: then it is taken even without room.</param>
    /// <exception cref="EncoderBusyException">There is no room for all of it now.</exception>
    public (EncodingJob Job, Window[] Windows) Add(IReadOnlyList<int[]> windows, CancellationToken cancellationToken, bool isBegun = false)
    {
        Window[] own = [.. windows.Select(ids => new Window(ids))];
        var tokens = own.Sum(window => (long)window.Length);
        EncodingJob job;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(SentenceEncoder));
            if (!isBegun && _tokens + tokens > _shape.MostTokens)
            {
                throw Busy();
            }

            job = new EncodingJob(++_lastNumber, own, tokens <= _shape.RunTokens, _clock);
            try
            {
                _jobs.Add(job);
                foreach (var window in job.Windows)
                {
                    window.Job = job;
                    _waiting.Add(window);
                    _tokens += window.Length;
                }

                _waitingJobs.Add(job);
            }
            catch
            {
                // Out of memory: windows of a job that nobody waits for would take the room of others for ever.
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
                _tokens -= window.Length;
                var job = window.Job!;
                job.Remaining--;
                if (!job.IsOver && (window.Error is not null || job.Remaining == 0))
                {
                    Remove(job);
                    job.Complete(window.Error);
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

    // Its windows that wait are never run; those that are being run finish.
    private void Remove(EncodingJob job)
    {
        _jobs.Remove(job);
        _waitingJobs.Remove(job);
        foreach (var window in job.Windows)
        {
            if (window.IsWaiting)
            {
                _waiting.Remove(window);
                _tokens -= window.Length;
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

        var windows = _waiting.RunOf(next.Next, _shape, isExpress);
        var batch = new TokenBatch(windows, IsAlone: _running == 0 && _waiting.Count == windows.Count, IsBulk: windows.Exists(window => !window.Job!.IsSmall));
        // From here on nothing can fail: what is taken comes back by Finish.
        _clock = Math.Max(_clock, next.Served) + ((double)batch.Tokens / _jobs.Count);
        windows.ForEach(TakeOut);
        _running++;
        _runningBulk += batch.IsBulk ? 1 : 0;
        return batch;
    }

    private void TakeOut(Window window)
    {
        _waiting.Remove(window);
        _waitingJobs.Charge(window.Job!, window.Length);
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
        if (_runningBulk >= _shape.Lanes && _waitingJobs.HasSmall)
        {
            _idle.WakeExpress();
        }
    }

    private EncoderBusyException Busy() => new(_rate.TimeFor(Tokens));
}
