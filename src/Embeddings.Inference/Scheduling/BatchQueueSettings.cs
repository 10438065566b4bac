namespace Embeddings.Inference.Scheduling;

/// <summary>
/// What a <see cref="BatchQueue"/> makes of what it is given. Costs are those of <see cref="IModelInput.Cost"/>.
/// </summary>
/// <param name="Workers">Batches at a time.</param>
/// <param name="BatchCost">Cost of a batch, padding included, unless one item costs more.</param>
/// <param name="MostCost">Cost of all that may wait or run.</param>
/// <param name="IsSingle">Whether every item has a batch of its own: with dynamic quantisation, neighbours would change
/// its vector.</param>
/// <param name="BatchOverhead">What a batch costs beside its items. Less padding than this is worth a batch that it
/// saves.</param>
internal sealed record BatchQueueSettings(int Workers, int BatchCost, long MostCost, bool IsSingle, int BatchOverhead);
