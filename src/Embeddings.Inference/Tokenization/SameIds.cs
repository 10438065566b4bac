using System.Runtime.InteropServices;

namespace Embeddings.Inference.Tokenization;

/// <summary>Compares token ids that a caller gave by content.</summary>
internal sealed class SameIds : IEqualityComparer<ReadOnlyMemory<int>>
{
    public static readonly SameIds Instance = new();

    public bool Equals(ReadOnlyMemory<int> x, ReadOnlyMemory<int> y) => x.Span.SequenceEqual(y.Span);

    public int GetHashCode(ReadOnlyMemory<int> ids)
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(ids.Span));
        return hash.ToHashCode();
    }
}
