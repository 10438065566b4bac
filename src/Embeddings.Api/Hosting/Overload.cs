using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>Bounds the requests that are worked on and that wait; one more is refused at once, which is kinder than a time-out.</summary>
internal sealed class Overload(IOptions<LimitsOptions> limits) : IRateLimiterPolicy<string>
{
    public const string Policy = "embeddings";

    public Func<OnRejectedContext, CancellationToken, ValueTask>? OnRejected => null;

    // One partition: the bound is the machine's, whoever asks.
    public RateLimitPartition<string> GetPartition(HttpContext httpContext) => RateLimitPartition.GetConcurrencyLimiter(Policy, _ => new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Value.MaxConcurrentRequests,
        QueueLimit = limits.Value.MaxQueuedRequests,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });
}
