namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Jobs that have items waiting, in the order of how much they have been served. Finding the next job is quick even if
/// tens of thousands wait. Not thread-safe: it belongs to the <see cref="BatchQueue"/>.
/// </summary>
internal sealed class WaitingJobs
{
    private static readonly Comparer<EncodingJob> ByServed = Comparer<EncodingJob>.Create((one, other) =>
        one.Served.CompareTo(other.Served) is not 0 and var order ? order : one.Number.CompareTo(other.Number));

    private readonly SortedSet<EncodingJob> _small = new(ByServed);
    private readonly SortedSet<EncodingJob> _large = new(ByServed);

    public bool HasSmall => _small.Count > 0;

    /// <summary>Adds a job, if an item of it waits.</summary>
    public void Add(EncodingJob job)
    {
        if (job.HasWaiting())
        {
            Of(job).Add(job);
        }
    }

    public void Remove(EncodingJob job) => Of(job).Remove(job);

    /// <summary>The job that has been served least; of several such jobs, the one that came first.</summary>
    public EncodingJob? Next(bool smallOnly) =>
        smallOnly || _large.Min is not { } large ? _small.Min
        : _small.Min is { } small && ByServed.Compare(small, large) < 0 ? small
        : large;

    /// <summary>Counts what a job is served. A job of which nothing waits is left out.</summary>
    public void Charge(EncodingJob job, int cost)
    {
        var wasThere = Of(job).Remove(job);
        job.Served += cost;
        if (wasThere)
        {
            Add(job);
        }
    }

    private SortedSet<EncodingJob> Of(EncodingJob job) => job.IsSmall ? _small : _large;
}
