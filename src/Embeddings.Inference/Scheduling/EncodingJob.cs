namespace Embeddings.Inference.Scheduling;

/// <summary>The items of one request. It belongs to the <see cref="BatchQueue"/>.</summary>
internal sealed class EncodingJob
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private CancellationTokenRegistration _cancellation;

    // All items before this one have been taken.
    private int _next;

    /// <param name="number">Position in the order in which jobs came.</param>
    /// <param name="items">Its items, in any order.</param>
    /// <param name="isSmall">Whether all of it fits into one batch.</param>
    /// <param name="served">What a job would have been served by now if it had always been there.</param>
    public EncodingJob(long number, IReadOnlyList<WorkItem> items, bool isSmall, double served) =>
        (Number, Items, Remaining, IsSmall, Served) =
            (number, [.. items.OrderByDescending(item => item.Cost)], items.Count, isSmall, served);

    /// <summary>Position in the order in which jobs came.</summary>
    public long Number { get; }

    /// <summary>Its items, the most costly first.</summary>
    public IReadOnlyList<WorkItem> Items { get; }

    /// <summary>
    /// Whether all of it fits into one batch. The express worker takes such jobs while the others run batches of large
    /// jobs.
    /// </summary>
    public bool IsSmall { get; }

    /// <summary>
    /// Cost of its items that were taken, and of what the other jobs had been served when it came. The job that has
    /// least is next.
    /// </summary>
    public double Served { get; set; }

    /// <summary>Items not done yet.</summary>
    public int Remaining { get; set; }

    /// <summary>The most costly item that waits, after <see cref="HasWaiting"/>.</summary>
    public WorkItem Next => Items[_next];

    /// <summary>Whether it is done, has failed, or was cancelled.</summary>
    public bool IsOver => _completion.Task.IsCompleted;

    /// <summary>Done when every item is; failed when one is.</summary>
    public Task Completion => _completion.Task;

    /// <summary>Whether an item waits. Moves <see cref="Next"/> past those that have been taken.</summary>
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

/// <summary>
/// One input of a job, and its vector or error. Everything but the input belongs to the
/// <see cref="BatchQueue"/>.
/// </summary>
internal sealed class WorkItem
{
    public WorkItem(IModelInput input)
    {
        (Input, Cost, Shape) = (input, input.Cost, input.Shape);
        Node = new LinkedListNode<WorkItem>(this);
    }

    /// <summary>What the model reads.</summary>
    public IModelInput Input { get; }

    /// <inheritdoc cref="IModelInput.Cost"/>
    public int Cost { get; }

    /// <inheritdoc cref="IModelInput.Shape"/>
    public Shape Shape { get; }

    /// <summary>[dimensions], once the model has read it.</summary>
    public float[]? Vector { get; set; }

    /// <summary>Why there is no vector.</summary>
    public Exception? Error { get; set; }

    /// <summary>The request that it is a part of.</summary>
    public EncodingJob? Job { get; set; }

    /// <summary>Whether it waits: no worker has it, and its job is not over.</summary>
    public bool IsWaiting => Node.List is not null;

    /// <summary>Its node in the list of those that wait.</summary>
    public LinkedListNode<WorkItem> Node { get; }
}
