namespace Embeddings.Inference.Scheduling;

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
