namespace Embeddings.Vectors.Index;

/// <summary>
/// The versions of an index and their readers. A search enters the newest version and leaves it at its end; a write
/// makes the next version. A dead row may be used again once no version is read in which it was alive.
/// </summary>
internal sealed class Epochs
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, int> _readers = [];
    private Segment[] _segments = [];
    private long _version;
    private object? _companion;

    /// <summary>The newest version, for the one writer.</summary>
    public long Version => _version;

    /// <summary>The newest version's segments, for the one writer.</summary>
    public Segment[] Segments => _segments;

    /// <summary>The caller's object that belongs to the newest version, for the one writer.</summary>
    public object? Companion => _companion;

    /// <summary>The newest version, kept until it is disposed.</summary>
    public Snapshot Enter()
    {
        lock (_lock)
        {
            _readers[_version] = _readers.GetValueOrDefault(_version) + 1;
            return new Snapshot(this, _version, _segments, _companion);
        }
    }

    /// <summary>Makes what was written for <paramref name="version"/> visible, all at once.</summary>
    public void Publish(long version, Segment[] segments, object? companion)
    {
        lock (_lock)
        {
            (_version, _segments, _companion) = (version, segments, companion);
        }
    }

    /// <summary>The oldest version that a search may still read.</summary>
    public long Oldest()
    {
        lock (_lock)
        {
            foreach (var version in _readers.Keys)
            {
                return version;
            }

            return _version;
        }
    }

    private void Leave(long version)
    {
        lock (_lock)
        {
            if (--_readers[version] == 0)
            {
                _readers.Remove(version);
            }
        }
    }

    /// <summary>One consistent state of the index.</summary>
    internal sealed class Snapshot(Epochs epochs, long version, Segment[] segments, object? companion) : IDisposable
    {
        public long Version => version;

        public Segment[] Segments => segments;

        public object? Companion => companion;

        public void Dispose() => epochs.Leave(version);
    }
}
