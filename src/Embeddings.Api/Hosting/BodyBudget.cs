using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>Marks the routes that never hold their body in memory as a whole: they release what they have read themselves, by <see cref="HeldBody"/>, and may take any time.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StreamedBodyAttribute : Attribute;

/// <summary>A body has not arrived in the time that it had.</summary>
internal sealed class SlowBodyException(int seconds) : Exception(
    $"The body did not arrive within {seconds} seconds, the longest that this server waits for one. Send less at a time; an import may take any time.");

/// <summary>
/// Bounds the bodies held in memory by all requests together: every byte read counts until it is released or its request ends, and one that would go beyond
/// <c>Limits:MaxBodyBytesTogether</c> is refused with 429. A slow client holds only what it has sent, and that for <c>Limits:MaxBodySeconds</c>.
/// </summary>
internal sealed class BodyBudget(RequestDelegate next, IOptions<LimitsOptions> limits, TimeProvider time)
{
    private readonly TimeSpan _longest = limits.Value.MaxBodySeconds > 0 ? TimeSpan.FromSeconds(limits.Value.MaxBodySeconds) : Timeout.InfiniteTimeSpan;
    private long _held;

    /// <summary>Seconds that a body has to arrive.</summary>
    public int MaxSeconds => limits.Value.MaxBodySeconds;

    public async Task InvokeAsync(HttpContext context)
    {
        var isStreamed = context.GetEndpoint()?.Metadata.GetMetadata<StreamedBodyAttribute>() is not null;
        using var end = new CancellationTokenSource(isStreamed ? Timeout.InfiniteTimeSpan : _longest, time);
        await using var body = new HeldBody(context.Request.Body, this, end.Token);
        context.Request.Body = body;
        await next(context);
    }

    /// <summary>Counts bytes that are held from now on, also when it throws.</summary>
    /// <exception cref="OverloadedException">They are more than all requests together may hold.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) > limits.Value.MaxBodyBytesTogether)
        {
            throw new OverloadedException();
        }
    }

    /// <summary>Counts bytes as held no more.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}

/// <summary>A body whose bytes count until they are released. For one reader at a time.</summary>
/// <param name="inner">The body.</param>
/// <param name="budget">Where its bytes count.</param>
/// <param name="end">When it must have arrived.</param>
internal sealed class HeldBody(Stream inner, BodyBudget budget, CancellationToken end) : BodyFilter(inner)
{
    private long _held;

    /// <summary>Says that bytes which were read are in memory no more.</summary>
    public void Release(long bytes)
    {
        _held -= bytes;
        budget.Release(bytes);
    }

    /// <exception cref="SlowBodyException">It has not arrived in time.</exception>
    protected override async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(end, cancellationToken);
        try
        {
            return await base.ReadInnerAsync(buffer, either.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SlowBodyException(budget.MaxSeconds);
        }
    }

    protected override void See(ReadOnlySpan<byte> bytes)
    {
        _held += bytes.Length;
        budget.Take(bytes.Length);
    }

    protected override void Dispose(bool disposing)
    {
        Release(_held);
        base.Dispose(disposing);
    }
}
