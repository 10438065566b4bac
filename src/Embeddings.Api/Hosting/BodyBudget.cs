using Microsoft.Extensions.Options;

namespace Embeddings.Api.Hosting;

/// <summary>Marks the routes that never hold their body in memory as a whole.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StreamedBodyAttribute : Attribute;

/// <summary>A body has not arrived in the time that it had.</summary>
internal sealed class SlowBodyException(int seconds) : Exception(
    $"The body did not arrive within {seconds} seconds, the longest that this server waits for one. Send less at a time; an import may take any time.");

/// <summary>
/// Bounds the bodies held in memory by all requests together: every byte read counts until its request ends, and one that would go beyond
/// <c>Limits:MaxBodyBytesTogether</c> is refused with 429. A slow client holds only what it has sent, and that for <c>Limits:MaxBodySeconds</c>.
/// </summary>
internal sealed class BodyBudget(RequestDelegate next, IOptions<LimitsOptions> limits, TimeProvider time)
{
    private readonly TimeSpan _longest = limits.Value.MaxBodySeconds > 0 ? TimeSpan.FromSeconds(limits.Value.MaxBodySeconds) : Timeout.InfiniteTimeSpan;
    private long _held;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<StreamedBodyAttribute>() is not null)
        {
            await next(context);
            return;
        }

        using var end = new CancellationTokenSource(_longest, time);
        var body = new CountedStream(context.Request.Body, this, end.Token);
        context.Request.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            Interlocked.Add(ref _held, -body.Count);
        }
    }

    private int MaxSeconds => limits.Value.MaxBodySeconds;

    private void Take(int bytes)
    {
        if (Interlocked.Add(ref _held, bytes) > limits.Value.MaxBodyBytesTogether)
        {
            throw new OverloadedException();
        }
    }

    private sealed class CountedStream(Stream inner, BodyBudget budget, CancellationToken end) : Stream
    {
        /// <summary>Bytes read so far.</summary>
        public long Count { get; private set; }

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
            using var either = CancellationTokenSource.CreateLinkedTokenSource(end, cancellationToken);
            try
            {
                var bytes = await inner.ReadAsync(buffer, either.Token);
                Count += bytes;
                budget.Take(bytes);
                return bytes;
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new SlowBodyException(budget.MaxSeconds);
            }
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        // Kestrel forbids it too.
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
