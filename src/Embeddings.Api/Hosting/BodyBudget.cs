using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>Marks the routes that never hold their body in memory as a whole: they release what they have read themselves, by <see cref="HeldBody"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StreamedBodyAttribute : Attribute;

/// <summary>
/// Bounds the bodies held in memory by all requests together: every byte read counts until it is released or its request ends, and one that would go beyond
/// <c>Limits:MaxBodyBytesTogether</c> is refused with 429. A slow client holds only what it has sent.
/// </summary>
internal sealed class BodyBudget(RequestDelegate next, IOptions<LimitsOptions> limits)
{
    private long _held;

    public async Task InvokeAsync(HttpContext context)
    {
        await using var body = new HeldBody(context.Request.Body, this);
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
internal sealed class HeldBody(Stream inner, BodyBudget budget) : BodyFilter(inner)
{
    private long _held;

    /// <summary>Says that bytes which were read are in memory no more.</summary>
    public void Release(long bytes)
    {
        _held -= bytes;
        budget.Release(bytes);
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
