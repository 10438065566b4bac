using Embeddings.Api.Limits;

namespace Embeddings.Api.Pipeline;

/// <summary>A body whose first bytes were read already.</summary>
internal sealed class ResumedBody(ReadOnlyMemory<byte> start, Stream rest) : BodyFilter(rest)
{
    private ReadOnlyMemory<byte> _start = start;

    protected override ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_start.IsEmpty)
        {
            return base.ReadInnerAsync(buffer, cancellationToken);
        }

        var count = Math.Min(_start.Length, buffer.Length);
        _start[..count].CopyTo(buffer);
        _start = _start[count..];
        return ValueTask.FromResult(count);
    }

    protected override void See(ReadOnlySpan<byte> bytes)
    {
    }
}
