namespace Embeddings.Inference.Scheduling;

/// <summary>Items that the model reads together.</summary>
/// <param name="Items">At least one, all of one layout.</param>
/// <param name="IsAlone">Whether nothing else runs or waits: then it may have every thread.</param>
/// <param name="IsBulk">Whether an item of a large job is in it.</param>
internal sealed record Batch(IReadOnlyList<WorkItem> Items, bool IsAlone, bool IsBulk)
{
    /// <summary>Length of the longest item, to which the others are padded.</summary>
    public int Length { get; } = Items.Max(item => item.Shape.Length);

    /// <summary>Cost of all items, without padding.</summary>
    public int Cost { get; } = Items.Sum(item => item.Cost);
}

/// <summary>Runs batches of a model. Thread-safe.</summary>
internal interface IBatchEncoder : IDisposable
{
    /// <summary>Runs one batch, on the calling thread or, when it is alone, on all.</summary>
    /// <returns>A vector for each item, [dimensions].</returns>
    /// <exception cref="ModelRunException">The model failed.</exception>
    float[][] Run(Batch batch);
}

/// <summary>
/// The limits of a <see cref="BatchQueue"/>. Costs are those of <see cref="IModelInput.Cost"/>.
/// </summary>
/// <param name="Workers">Batches at a time.</param>
/// <param name="BatchCost">Cost of a batch, padding included, unless one item costs more.</param>
/// <param name="MostCost">Cost of all that may wait or run.</param>
/// <param name="IsSingle">Whether every item has a batch of its own. With dynamic quantisation, the other items of a
/// batch would change its vector.</param>
/// <param name="BatchOverhead">What a batch costs beside its items. Padding is worth its cost if it is less than this
/// and saves a batch.</param>
internal sealed record BatchQueueSettings(int Workers, int BatchCost, long MostCost, bool IsSingle, int BatchOverhead);
