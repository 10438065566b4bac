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
