using System.Runtime.InteropServices;

namespace Embeddings.Inference;

/// <summary>
/// Token ids as a model reads them, special tokens included. Two sequences are equal if their ids and types are.
/// Immutable.
/// </summary>
/// <param name="ids">Token ids; nobody may change them from now on.</param>
/// <param name="firstLength">Tokens of type 0. Those behind them are the second text of a pair, of type 1. Null if
/// there is only one text.</param>
internal sealed class Sequence(int[] ids, int? firstLength = null) : IModelInput, IEquatable<Sequence>
{
    private const string Layout = "text";

    /// <summary>Token ids.</summary>
    public ReadOnlySpan<int> Ids => ids;

    /// <summary>Number of tokens.</summary>
    public int Length => ids.Length;

    /// <summary>Tokens of type 0, from the first on; the rest have type 1.</summary>
    public int FirstLength { get; } = firstLength ?? ids.Length;

    /// <inheritdoc/>
    public int Cost => ids.Length;

    /// <inheritdoc/>
    public Shape Shape => new(Layout, ids.Length);

    /// <inheritdoc/>
    public bool Equals(Sequence? other) =>
        other is not null && FirstLength == other.FirstLength && Ids.SequenceEqual(other.Ids);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Sequence);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(MemoryMarshal.AsBytes(Ids));
        return hash.ToHashCode();
    }
}
