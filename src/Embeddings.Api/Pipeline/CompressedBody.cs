using Embeddings.Api.Limits;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// A body before its decompression, whose bytes are counted: what it grows to must stand in some proportion to them.
/// </summary>
internal sealed class CompressedBody(Stream inner) : BodyFilter(inner)
{
    // Lines of documents become ten times smaller, a hundred times where they repeat each other. A few kilobytes can be
    // made to grow to gigabytes.
    private const long MostTimes = 1_000;
    private const long AlwaysAllowed = 64 << 20;

    private long _count;

    /// <summary>Whether it may grow to so many bytes.</summary>
    public bool MayGrowTo(long bytes) => bytes <= AlwaysAllowed || bytes <= MostTimes * _count;

    protected override void See(ReadOnlySpan<byte> bytes) => _count += bytes.Length;
}
