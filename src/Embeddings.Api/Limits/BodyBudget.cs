using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Limits;

/// <summary>
/// Marks the routes that never hold their whole body in memory. They release what they have read themselves, and set by
/// <see cref="HeldBody.WaitInTime"/> and <see cref="HeldBody.WaitAnyTime"/> whether the client has to go on in time.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class StreamedBodyAttribute : Attribute;

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
/// The pipe from which JSON is read. It gives a body of up to 64 kB as one piece. Kestrel gives pieces of 4 kB, and
/// across pieces the JSON reader takes a slow path, which was 15% of the processor time of small writes.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="length">Its length in bytes according to the client; null where the client does not say.</param>
internal sealed class BodyPipe(Stream body, long? length) : IRequestBodyPipeFeature
{
    // A compressed body unpacks to more bytes than the length that the client announces.
    private const int FewestBytes = 4 << 10;

    // Bytes of memory that are taken because a client announces them, before it has sent them.
    private const int MostBytes = 64 << 10;

    private PipeReader? _reader;

    /// <inheritdoc/>
    public PipeReader Reader => _reader ??= PipeReader.Create(body, new StreamPipeReaderOptions(
        // One byte more than the body, since the read that finds its end would otherwise take another piece.
        bufferSize: (int)Math.Clamp((length ?? MostBytes) + 1, FewestBytes, MostBytes), minimumReadSize: 1,
        leaveOpen: true));

    /// <summary>Gives the memory back.</summary>
    public void Complete() => _reader?.Complete();
}
