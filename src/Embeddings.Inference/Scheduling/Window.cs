namespace Embeddings.Inference.Scheduling;

/// <summary>
/// What the model reads at once: ids with [CLS] and [SEP], and what comes of them. Several jobs may wait for one window, when they have the same
/// text. Everything but the ids belongs to the <see cref="TokenQueue"/>.
/// </summary>
internal sealed class Window(int[] ids)
{
    public int[] Ids => ids;

    /// <summary>Tokens in it.</summary>
    public int Length => ids.Length;

    /// <summary>[dimensions], once the window has been run.</summary>
    public float[]? Vector { get; set; }

    /// <summary>Why there is no vector.</summary>
    public Exception? Error { get; set; }

    /// <summary>Jobs that wait for it.</summary>
    public List<EncodingJob> Jobs { get; } = new(1);

    /// <summary>Whether a lane has it, or nobody wants it any more.</summary>
    public bool IsTaken { get; set; }
}
