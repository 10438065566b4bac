using Embeddings.Api.Hosting;

namespace Embeddings.Api.Json;

/// <summary>
/// A body in UTF-16 of an order of bytes that nobody has named, in UTF-8. A mark at the beginning names the order, or else the first character, which in JSON is one of ASCII.
/// </summary>
internal sealed class Utf16Body(Stream inner) : BodyFilter(inner)
{
    private readonly Stream _inner = inner;
    private Stream? _decoded;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_decoded is null)
        {
            var start = new byte[2];
            var count = await _inner.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
            _decoded = BodyCharset.InUtf8(new ResumedBody(start.AsMemory(0, count), _inner), BodyCharset.Utf16(start is [0xFE, 0xFF] or [0, not 0]));
        }

        return await _decoded.ReadAsync(buffer, cancellationToken);
    }

    protected override void See(ReadOnlySpan<byte> bytes)
    {
    }
}
