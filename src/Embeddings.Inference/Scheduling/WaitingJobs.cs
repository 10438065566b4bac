namespace Embeddings.Inference.Scheduling;

/// <summary>
/// Jobs that have items waiting, by the tokens that they have had: finding who is next takes no longer when tens of
/// thousands wait. Not thread-safe: it is the <see cref="BatchQueue"/>'s.
/// </summary>
internal sealed class WaitingJobs
{
    private static readonly Comparer<EncodingJob> ByServed = Comparer<EncodingJob>.Create((one, other) =>
        one.Served.CompareTo(other.Served) is not 0 and var order ? order : one.Number.CompareTo(other.Number));

    private readonly SortedSet<EncodingJob> _small = new(ByServed);
    private readonly SortedSet<EncodingJob> _large = new(ByServed);

    public bool HasSmall => _small.Count > 0;

    /// <summary>Adds a job, if a item of it waits.</summary>
    public void Add(EncodingJob job)
    {
        if (job.HasWaiting())
        {
            Of(job).Add(job);
        }
    }

    public void Remove(EncodingJob job) => Of(job).Remove(job);

    /// <summary>The job that has had the fewest tokens, and of several the one that came first.</summary>
    public EncodingJob? Next(bool smallOnly) =>
        smallOnly || _large.Min is not { } large ? _small.Min
        : _small.Min is { } small && ByServed.Compare(small, large) < 0 ? small
        : large;

    /// <summary>Counts tokens that a job gets. It is left out as soon as nothing of it waits.</summary>
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
