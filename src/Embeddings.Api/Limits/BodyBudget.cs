using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Limits;

/// <summary>
/// Marks the routes that never hold their whole body in memory. They release what they have read themselves, and set by
/// <see cref="HeldBody.WaitInTime"/> and <see cref="HeldBody.WaitAnyTime"/> whether the client has to go on in time.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StreamedBodyAttribute : Attribute;

/// <summary>A body, or a line of one, has not arrived in time.</summary>
/// <param name="what">What has not arrived: <c>Line 7</c>.</param>
/// <param name="seconds">How long the server waited for it, in seconds.</param>
internal sealed class SlowBodyException(string what, int seconds) : FailureException(
    FailureKind.SlowBody,
    $"{what} did not arrive within {seconds} seconds, the longest that this server waits for one. Send less at a " +
    "time; an import may take any time, and wait between two lines.")
{
    /// <summary>How long it was waited for.</summary>
    public int Seconds => seconds;
}

/// <summary>
/// Bounds the bytes of bodies that all requests together hold in memory. A byte counts from when it is read until it is
/// released or its request ends. A body that would go beyond <c>Limits:MaxBodyBytesTogether</c> is refused with 429. A
/// slow client holds only what it has sent, for at most <c>Limits:MaxBodySeconds</c>.
/// </summary>
internal sealed class BodyBudget(RequestDelegate next, IOptions<LimitsOptions> limits, TimeProvider time)
{
    private long _held;

    /// <summary>Seconds that a body, or a line of a streamed one, has to arrive; 0 for no end.</summary>
    public int MaxSeconds => limits.Value.MaxBodySeconds;

    /// <summary>The clock.</summary>
    public TimeProvider Time => time;

    public async Task InvokeAsync(HttpContext context)
    {
        await using var body = new HeldBody(context.Request.Body, this);
        if (context.GetEndpoint()?.Metadata.GetMetadata<StreamedBodyAttribute>() is null)
        {
            body.WaitInTime();
        }

        context.Request.Body = body;
        var pipe = new BodyPipe(body, context.Request.ContentLength);
        context.Features.Set<IRequestBodyPipeFeature>(pipe);
        try
        {
            await next(context);
        }
        finally
        {
            pipe.Complete();
        }
    }

    /// <summary>Counts bytes as held. They count even when this throws.</summary>
    /// <exception cref="OverloadedException">All requests together would hold more than they may.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _held, bytes) > limits.Value.MaxBodyBytesTogether)
        {
            throw new OverloadedException();
        }
    }

    /// <summary>Counts bytes as no longer held.</summary>
    public void Release(long bytes) => Interlocked.Add(ref _held, -bytes);
}

/// <summary>
/// A body whose bytes count until they are released. One thread may read at a time; others may release meanwhile.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="budget">Where its bytes count.</param>
internal sealed class HeldBody(Stream inner, BodyBudget budget) : BodyFilter(inner)
{
    private long _held;
    private TimeSpan _left = Timeout.InfiniteTimeSpan;
    private CancellationTokenSource? _end;

    /// <summary>
    /// From now on the client may take any time: nothing of an unfinished line or body is held.
    /// </summary>
    public void WaitAnyTime() => _left = Timeout.InfiniteTimeSpan;

    /// <summary>
    /// From now on all reads together may wait <c>Limits:MaxBodySeconds</c>. The time that the server takes between
    /// them does not count.
    /// </summary>
    public void WaitInTime() =>
        _left = budget.MaxSeconds > 0 ? TimeSpan.FromSeconds(budget.MaxSeconds) : Timeout.InfiniteTimeSpan;

    /// <summary>Says that bytes which were read are no longer in memory.</summary>
    public void Release(long bytes)
    {
        Interlocked.Add(ref _held, -bytes);
        budget.Release(bytes);
    }

    /// <exception cref="SlowBodyException">It has not arrived in time.</exception>
    protected override async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_left == Timeout.InfiniteTimeSpan)
        {
            return await base.ReadInnerAsync(buffer, cancellationToken);
        }

        var start = budget.Time.GetTimestamp();
        // One timer for all reads: a timer for each read would cost as much as the read.
        _end ??= new CancellationTokenSource(Timeout.InfiniteTimeSpan, budget.Time);
        _end.CancelAfter(_left);
        using var leaving = cancellationToken.UnsafeRegister(
            static end => ((CancellationTokenSource)end!).Cancel(), _end);
        try
        {
            return await base.ReadInnerAsync(buffer, _end.Token);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SlowBodyException("The body", budget.MaxSeconds);
        }
        finally
        {
            _end.CancelAfter(Timeout.InfiniteTimeSpan);
            var left = _left - budget.Time.GetElapsedTime(start);
            _left = left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    protected override void See(ReadOnlySpan<byte> bytes)
    {
        Interlocked.Add(ref _held, bytes.Length);
        budget.Take(bytes.Length);
    }

    protected override void Dispose(bool disposing)
    {
        Release(Interlocked.Read(ref _held));
        _end?.Dispose();
        base.Dispose(disposing);
    }
}
