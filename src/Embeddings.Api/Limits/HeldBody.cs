using Embeddings.Api.Errors;

namespace Embeddings.Api.Limits;

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

    /// <summary>
    /// Hands over what was read until now: its bytes go on to count, beyond the end of the body too, until
    /// <see cref="ReleaseTaken"/>.
    /// </summary>
    /// <returns>Bytes.</returns>
    public long Take() => Interlocked.Exchange(ref _held, 0);

    /// <summary>Says that bytes which were taken are no longer in memory.</summary>
    public void ReleaseTaken(long bytes) => budget.Release(bytes);

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

/// <summary>A body that is looked at while it is read.</summary>
internal abstract class BodyFilter(Stream inner) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await ReadInnerAsync(buffer, cancellationToken);
        if (!buffer.IsEmpty)
        {
            See(buffer.Span[..count]);
        }

        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Kestrel forbids it too.
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <summary>The body as it comes.</summary>
    protected Stream Inner => inner;

    /// <summary>Reads the next part.</summary>
    protected virtual ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, cancellationToken);

    /// <summary>Called with each part that was read, in order, and with nothing at the end.</summary>
    protected abstract void See(ReadOnlySpan<byte> bytes);
}
