using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Embeddings.Api.Hosting;

/// <summary>
/// What JSON is read from: a body of up to 64 kB is one piece. Across pieces (Kestrel's have 4 kB) the JSON reader takes a slow way, which was 15% of the processor
/// time of small writes.
/// </summary>
/// <param name="body">The body.</param>
/// <param name="length">Its length in bytes, as its client has it; null where nobody says.</param>
internal sealed class BodyPipe(Stream body, long? length) : IRequestBodyPipeFeature
{
    // A compressed body is longer than its length says.
    private const int FewestBytes = 4 << 10;

    // What a client may have taken in memory by a promise.
    private const int MostBytes = 64 << 10;

    private PipeReader? _reader;

    /// <inheritdoc/>
    public PipeReader Reader => _reader ??= PipeReader.Create(body, new StreamPipeReaderOptions(
        // One byte more, else the read that finds the end would want a piece of its own.
        bufferSize: (int)Math.Clamp((length ?? MostBytes) + 1, FewestBytes, MostBytes), minimumReadSize: 1, leaveOpen: true));

    /// <summary>Gives back what was taken.</summary>
    public void Complete() => _reader?.Complete();
}
