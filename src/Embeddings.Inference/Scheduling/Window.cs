namespace Embeddings.Inference.Scheduling;

/// <summary>
/// What the model reads at once: ids with [CLS] and [SEP], and what comes of them. Several jobs may wait for one window, when they have the same
/// text. Everything but the ids belongs to the <see cref="TokenQueue"/>.
/// </summary>
internal sealed class Window
{
    public Window(int[] ids)
    {
        Ids = ids;
        Place = new LinkedListNode<Window>(this);
    }

    public int[] Ids { get; }

    /// <summary>Tokens in it.</summary>
    public int Length => Ids.Length;

    /// <summary>[dimensions], once the window has been run.</summary>
    public float[]? Vector { get; set; }

    /// <summary>Why there is no vector.</summary>
    public Exception? Error { get; set; }

    /// <summary>Jobs that wait for it.</summary>
    public List<EncodingJob> Jobs { get; } = new(1);

    /// <summary>Whether every job that waits for it is done in a moment.</summary>
    public bool IsSmall => Jobs.TrueForAll(job => job.IsSmall);

    /// <summary>Whether a lane has it, or nobody wants it any more.</summary>
    public bool IsTaken { get; set; }

    /// <summary>Where it waits.</summary>
    public LinkedListNode<Window> Place { get; }
}
