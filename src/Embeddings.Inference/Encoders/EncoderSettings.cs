using Embeddings.Inference.Models;
using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference.Encoders;

/// <summary>How a <see cref="SentenceEncoder"/> works.</summary>
public sealed record EncoderSettings
{
    /// <summary>
    /// Batches at a time, each on one thread. The default is the number of processors that this process may use; in a
    /// container, its share.
    /// </summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Tokens that may wait or run at a time. A request that does not fit is refused.</summary>
    public long MaxQueuedTokens { get; init; } = 1_000_000;

    /// <summary>Bytes of vectors to remember by their text; 0 for none.</summary>
    public long CacheBytes { get; init; }

    /// <summary>
    /// Tokens of a batch. About this many stay in the second-level cache of a core; larger batches are slower.
    /// </summary>
    internal int BatchTokens { get; init; } = 256;

    /// <summary>
    /// What a batch costs beside its tokens, in tokens; most of it is reading the weights once. On all-MiniLM-L6-v2,
    /// one text of 17 tokens took 4.4 ms and eight took 20 ms.
    /// </summary>
    internal int BatchOverhead { get; init; } = 16;

    /// <summary>The limits of a model's queue.</summary>
    internal BatchQueueSettings QueueOf(ModelManifest manifest) =>
        new(Workers, BatchTokens, MaxQueuedTokens, manifest.DependsOnBatch, BatchOverhead);
}
