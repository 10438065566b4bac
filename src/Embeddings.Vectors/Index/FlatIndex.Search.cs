namespace Embeddings.Vectors.Index;

/// <content>Searches.</content>
public sealed partial class FlatIndex
{
    /// <summary>
    /// The k nearest rows, nearest first, equal scores by the smaller id; all rows when there are fewer than k.
    /// </summary>
    /// <param name="query">[dimensions]</param>
    /// <param name="k">At least 1.</param>
    /// <param name="filter">As for <see cref="FlatIndexView.SearchBatch"/>.</param>
    /// <exception cref="ArgumentException">As for <see cref="Upsert(long, ReadOnlySpan{float})"/>.</exception>
    public Hit[] Search(ReadOnlySpan<float> query, int k, Func<long, bool>? filter = null)
    {
        Check(query, 1, nameof(query));
        return Run(query, k, filter, ScanMode.Auto, out _)[0];
    }

    /// <summary>What <see cref="Search"/> gives for each of several queries, in less time.</summary>
    /// <inheritdoc cref="FlatIndexView.SearchBatch"/>
    public Hit[][] SearchBatch(
        ReadOnlySpan<float> queries, int k, Func<long, bool>? filter = null, IComparer<long>? ties = null)
    {
        using var view = Enter();
        return view.SearchBatch(queries, k, filter, ties, CancellationToken.None);
    }

    /// <summary>
    /// The current state. All searches of a view see the same rows, whatever is written meanwhile.
    /// </summary>
    public FlatIndexView Enter() => new(_epochs.Enter(), Dimensions, Metric);

    /// <summary>A search with kernels of choice, for tests and benchmarks.</summary>
    internal Hit[][] Run(
        ReadOnlySpan<float> queries, int k, Func<long, bool>? filter, ScanMode mode, out long rescored)
    {
        using var view = Enter();
        return view.Run(queries, k, filter, null, mode, out rescored, CancellationToken.None);
    }
}
