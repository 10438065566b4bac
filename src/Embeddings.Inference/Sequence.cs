using System.Runtime.InteropServices;

namespace Embeddings.Inference;

/// <summary>
/// Token ids as a model reads them, special tokens included. Two sequences are equal if their ids, types and tasks are.
/// Immutable.
/// </summary>
/// <param name="ids">Token ids; nobody may change them from now on.</param>
/// <param name="firstLength">Tokens of type 0. Those behind them are the second text of a pair, of type 1. Null if
/// there is only one text.</param>
/// <param name="task">What the graph is told to do with the ids, if it has an input for that.</param>
/// <param name="isTokenwise">Whether the vector of each token is wanted, and not one of all.</param>
internal sealed class Sequence(int[] ids, int? firstLength = null, long? task = null, bool isTokenwise = false)
    : IModelInput, IEquatable<Sequence>
{
    // A batch is told one task, so only sequences of the same task share one.
    private readonly string _layout = task is null ? "text" : $"text for task {task}";

    /// <summary>Token ids.</summary>
    public ReadOnlySpan<int> Ids => ids;

    /// <summary>Number of tokens.</summary>
    public int Length => ids.Length;

    /// <summary>Tokens of type 0, from the first on; the rest have type 1.</summary>
    public int FirstLength { get; } = firstLength ?? ids.Length;

    /// <summary>What the graph is told to do with the ids; null if it has no input for that.</summary>
    public long? Task => task;

    /// <summary>Whether the vector of each token is wanted, and not one of all.</summary>
    public bool IsTokenwise => isTokenwise;

    /// <inheritdoc/>
    public int Cost => ids.Length;

    /// <inheritdoc/>
    public Shape Shape => new(_layout, ids.Length);

    /// <summary>The same ids for a task.</summary>
    public Sequence For(long? other) =>
        other == task ? this : new Sequence(ids, firstLength, other, isTokenwise);

    /// <summary>The same ids, of which the vector of each is wanted.</summary>
    public Sequence Tokenwise() => new(ids, firstLength, task, isTokenwise: true);

    /// <inheritdoc/>
    public bool Equals(Sequence? other) =>
        other is not null
            && (FirstLength, Task, IsTokenwise) == (other.FirstLength, other.Task, other.IsTokenwise)
            && Ids.SequenceEqual(other.Ids);

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
