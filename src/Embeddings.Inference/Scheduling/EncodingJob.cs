namespace Embeddings.Inference.Scheduling;

/// <summary>The items of one request that are to be run.</summary>
internal sealed class EncodingJob
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    // The first item that may not be taken yet.
    private int _next;

    /// <param name="number">Of all jobs, in the order in which they came.</param>
    /// <param name="items">Its items, in any order.</param>
    /// <param name="isSmall">Whether it is done in a moment.</param>
    /// <param name="served">Where the clock of fairness stands.</param>
    public EncodingJob(long number, IReadOnlyList<WorkItem> items, bool isSmall, double served) =>
        (Number, Items, Remaining, IsSmall, Served) =
            (number, [.. items.OrderByDescending(item => item.Cost)], items.Count, isSmall, served);

    /// <summary>Of all jobs, in the order in which they came.</summary>
    public long Number { get; }

    /// <summary>Its items, the most costly first.</summary>
    public IReadOnlyList<WorkItem> Items { get; }

    /// <summary>Whether it is done in a moment: such a job need not wait for a long run to end.</summary>
    public bool IsSmall { get; }

    /// <summary>
    /// Cost of its items that were run, counted from where the others stood when it came: the job that has least is
    /// next.
    /// </summary>
    public double Served { get; set; }

    /// <summary>Items not done yet.</summary>
    public int Remaining { get; set; }

    /// <summary>The most costly item that waits, after <see cref="HasWaiting"/>.</summary>
    public WorkItem Next => Items[_next];

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsOver => _completion.Task.IsCompleted;

    /// <summary>Done when every item is; failed when one is.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether an item waits, now that some may have been taken.</summary>
    public bool HasWaiting()
    {
        while (_next < Items.Count && !Items[_next].IsWaiting)
        {
            _next++;
        }

        return _next < Items.Count;
    }

    public void CancelWith(Action<EncodingJob> cancel, CancellationToken token)
    {
        if (token.CanBeCanceled)
        {
            _cancellation = token.UnsafeRegister(_ => cancel(this), null);
            if (IsOver)
            {
                _cancellation.Unregister();
            }
        }
    }

    public void Complete(Exception? error)
    {
        _cancellation.Unregister();
        if (error is null)
        {
            _completion.TrySetResult();
        }
        else
        {
            _completion.TrySetException(error);
        }
    }

    public void Cancel() => _completion.TrySetCanceled();
}
