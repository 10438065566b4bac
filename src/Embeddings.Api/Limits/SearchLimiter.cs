using System.Threading.RateLimiting;
using Embeddings.Api.Errors;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Limits;

/// <summary>More requests would wait than may.</summary>
internal sealed class OverloadedException() : FailureException(FailureKind.TooManyRequests, ErrorTable.Busy);

/// <summary>
/// The concurrency limiter of searches, and of counts, lists and deletions by a filter. It bounds how many are worked
/// on and how many wait. One more is refused at once, which is kinder than a time-out. A request enters when its body
/// has been read, and leaves before its reply is written, so that a slow client holds no permit. How many of them scan
/// at a time is decided by <see cref="Embeddings.Storage.ScanPool"/>.
/// </summary>
internal sealed class SearchLimiter(IOptions<LimitsOptions> limits) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Value.MaxConcurrentSearches,
        QueueLimit = limits.Value.MaxQueuedSearches,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    /// <summary>Waits for a permit, which is given back by disposing.</summary>
    /// <exception cref="OverloadedException">Too many wait already.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        var lease = await _limiter.AcquireAsync(1, cancellationToken);
        return lease.IsAcquired ? lease : throw new OverloadedException();
    }

    public void Dispose() => _limiter.Dispose();
}
