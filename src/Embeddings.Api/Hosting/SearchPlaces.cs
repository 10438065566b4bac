using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>More requests wait than may.</summary>
internal sealed class OverloadedException() : Exception("Too many requests are waiting already.");

/// <summary>
/// Bounds the searches, and the counts, lists and deletions by a filter, that are worked on and that wait; one more is refused at once, which is kinder than a time-out. Entered when a body has
/// been read and left before the reply is written, so that a slow client takes nobody's place. How many of them a processor works on at a time is <see cref="Embeddings.Storage.ScanPool"/>'s affair.
/// </summary>
internal sealed class SearchPlaces(IOptions<LimitsOptions> limits) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Value.MaxConcurrentSearches,
        QueueLimit = limits.Value.MaxQueuedSearches,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for a place, which is given back by disposing.</summary>
    /// <exception cref="OverloadedException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var lease = await _limiter.AcquireAsync(1, cancellationToken);
        return lease.IsAcquired ? lease : throw new OverloadedException();
    }

    public void Dispose() => _limiter.Dispose();
}
