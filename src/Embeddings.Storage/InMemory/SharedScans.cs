using Embeddings.Vectors.Index;

namespace Embeddings.Storage.InMemory;

/// <summary>
/// Searches that come while another search scans a large index wait for its end. Then they scan the index together as a
/// batch, which takes about half the time of separate scans. A search does not wait if no other is running. Safe for
/// any number of threads.
/// </summary>
internal sealed class SharedScans(FlatIndex index) : IThreadPoolWorkItem
{
    // A batch finds the largest number of hits that one of its searches needs, for all of them. More than this would
    // slow the others.
    private const int MostHits = 100;
    private const int MostQueries = 16;
    private const int MostTogether = 64;

    private readonly Lock _lock = new();
    private readonly Queue<Scan> _waiting = [];
    private bool _scanning;

    /// <summary>The hits of each query.</summary>
    public async Task<EntryHit[][]> RankAsync(SearchRequest request, CancellationToken cancellationToken)
    {
        if (!CanShare(request) || ScanPool.IsQuick(Ranking.Steps(index.Count, 0, index.Dimensions, request)))
        {
            using var snapshot = new CollectionSnapshot(index);
            return await RankAsync(snapshot, request, cancellationToken);
        }

        var scan = new Scan(request, cancellationToken);
        bool waits;
        lock (_lock)
        {
            _waiting.Enqueue(scan);
            (waits, _scanning) = (_scanning, true);
        }

        if (!waits)
        {
            ScanThreads.Queue(this);
        }

        return await scan.Pages.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The same in a given state, without a wait for other searches.</summary>
    public static Task<EntryHit[][]> RankAsync(
        CollectionSnapshot snapshot, SearchRequest request, CancellationToken cancellationToken) => ScanPool.RunAsync(
        Ranking.Steps(snapshot.Entries.Count, snapshot.Entries.MetadataBytes, snapshot.Index.Dimensions, request),
        () => new Ranking(snapshot, request, cancellationToken).Run(),
        cancellationToken);

    void IThreadPoolWorkItem.Execute() => ScanWaiting();

    // A search with many queries is a batch by itself: it gains nothing from others and would delay them.
    private bool CanShare(SearchRequest request) =>
        request.Queries.Length / index.Dimensions <= MostQueries && request.Filter is null && request.Without.Count == 0
            && request.GroupBy is null && (long)request.Offset + request.Limit <= MostHits;

    // Searches that have come meanwhile are queued again, behind the scans of other collections.
    private void ScanWaiting()
    {
        var together = new List<Scan>();
        lock (_lock)
        {
            for (var queries = 0; queries < MostTogether && _waiting.TryDequeue(out var scan);)
            {
                queries += scan.Request.Queries.Length / index.Dimensions;
                if (!scan.Cancellation.IsCancellationRequested)
                {
                    together.Add(scan);
                }
            }
        }

        try
        {
            RankTogether(together);
        }
        catch (Exception exception)
        {
            together.ForEach(scan => scan.Pages.TrySetException(exception));
        }

        lock (_lock)
        {
            if (_waiting.Count == 0)
            {
                _scanning = false;
                return;
            }
        }

        ScanThreads.Queue(this);
    }

    private void RankTogether(List<Scan> together)
    {
        if (together.Count == 0)
        {
            return;
        }

        var queries = new float[together.Sum(scan => scan.Request.Queries.Length)];
        var at = 0;
        foreach (var scan in together)
        {
            scan.Request.Queries.CopyTo(queries.AsMemory(at));
            at += scan.Request.Queries.Length;
        }

        using var left = new LastToLeave(together.Select(scan => scan.Cancellation));
        // Entered only now, so it has every write that was acknowledged before any of these searches came.
        using var snapshot = new CollectionSnapshot(index);
        var hits = snapshot.Vectors.SearchBatch(
            queries, together.Max(scan => scan.Request.Offset + scan.Request.Limit), null,
            new IdOrder(snapshot.Entries), left.Token);
        at = 0;
        foreach (var scan in together)
        {
            var count = scan.Request.Queries.Length / index.Dimensions;
            scan.Pages.SetResult(new Ranking(snapshot, scan.Request, scan.Cancellation).Run(hits[at..(at + count)]));
            at += count;
        }
    }

    private sealed record Scan(SearchRequest Request, CancellationToken Cancellation)
    {
        public TaskCompletionSource<EntryHit[][]> Pages { get; } = new(
            TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
