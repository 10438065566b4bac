namespace Embeddings.Inference.Scheduling;

/// <summary>
/// What the model reads at once: ids with [CLS] and [SEP], and what comes of them. Everything but the ids belongs to the
/// <see cref="BatchQueue"/>.
/// </summary>
internal sealed class WorkItem
{
    public WorkItem(int[] ids)
    {
        Ids = ids;
        Place = new LinkedListNode<WorkItem>(this);
    }

    public int[] Ids { get; }

    /// <summary>Tokens in it.</summary>
    public int Length => Ids.Length;

    /// <summary>[dimensions], once the item has been run.</summary>
    public float[]? Vector { get; set; }

    /// <summary>Why there is no vector.</summary>
    public Exception? Error { get; set; }

    /// <summary>The request that it is a part of.</summary>
    public EncodingJob? Job { get; set; }

    /// <summary>Whether it waits: no worker has it, and its job is not over.</summary>
    public bool IsWaiting => Place.List is not null;

    /// <summary>Where it waits.</summary>
    public LinkedListNode<WorkItem> Place { get; }
}
