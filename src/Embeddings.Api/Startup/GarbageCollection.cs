using System.Runtime;
using Embeddings.Api.Embedding;

namespace Embeddings.Api.Startup;

/// <summary>
/// Keeps the collection of old memory beside the requests, which otherwise all wait for it. The runtime packs old
/// memory when it finds a half of it free: not by choice any more. And it ends the thread that collects beside the
/// requests after 20 seconds without work, and cannot always start another: while texts wait that thread is not left so
/// long without any.
/// </summary>
internal sealed class GarbageCollection(ModelRegistry models) : BackgroundService
{
    // Twice this is the longest without such a collection.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(8);

    private long _last = -1;

    /// <summary>
    /// Whether to ask for a collection beside the requests: texts wait, and there has been none since the last look.
    /// </summary>
    /// <param name="last">Which of all collections was the last of this kind.</param>
    /// <param name="isBusy">Whether texts wait.</param>
    internal bool IsDue(long last, bool isBusy)
    {
        var isSame = last == _last;
        _last = last;
        return isSame && isBusy;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        GCSettings.LatencyMode = GCLatencyMode.SustainedLowLatency;
        using var timer = new PeriodicTimer(BetweenLooks);
        // Not by the token: a start that fails would tell of this service's cancellation too.
        using var stop = stoppingToken.Register(timer.Dispose);
        while (await timer.WaitForNextTickAsync(CancellationToken.None))
        {
            if (IsDue(GC.GetGCMemoryInfo(GCKind.Background).Index, models.All.Any(model => model.State?.QueuedTokens > 0)))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
            }
        }
    }
}
