using System.Runtime.InteropServices;

namespace Embeddings.Inference.Encoders;

/// <summary>Compares token ids by content.</summary>
internal sealed class IdsComparer : IEqualityComparer<int[]>
{
    public static readonly IdsComparer Instance = new();

    public bool Equals(int[]? x, int[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode(int[] ids)
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes<int>(ids));
        return hash.ToHashCode();
    }
}
