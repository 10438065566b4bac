using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Embeddings.Api.Limits;

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
