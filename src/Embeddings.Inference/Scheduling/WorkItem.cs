namespace Embeddings.Inference.Scheduling;

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
