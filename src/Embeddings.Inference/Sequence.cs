using System.Runtime.InteropServices;

namespace Embeddings.Inference;

/// <summary>
/// Token ids as a model reads them, special tokens included. Two sequences are equal if their ids, types and tasks are,
/// and if the same is wanted of them.
/// Immutable.
/// </summary>
/// <param name="ids">Token ids; nobody may change them from now on.</param>
/// <param name="firstLength">Tokens of type 0. Those behind them are the second text of a pair, of type 1. Null if
/// there is only one text.</param>
/// <param name="task">What the graph is told to do with the ids, if it has an input for that.</param>
/// <param name="output">What is wanted.</param>
internal sealed class Sequence(
    int[] ids, int? firstLength = null, long? task = null, SequenceOutput output = SequenceOutput.Vector)
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

    /// <summary>What is wanted.</summary>
    public SequenceOutput Output => output;

    /// <inheritdoc/>
    public int Cost => ids.Length;

    /// <inheritdoc/>
    public Shape Shape => new(_layout, ids.Length);

    /// <summary>The same ids for a task.</summary>
    public Sequence For(long? other) =>
        other == task ? this : new Sequence(ids, firstLength, other, output);

    /// <summary>The same ids, of which something else is wanted.</summary>
    public Sequence For(SequenceOutput other) =>
        other == output ? this : new Sequence(ids, firstLength, task, other);

    /// <inheritdoc/>
    public bool Equals(Sequence? other) =>
        other is not null
            && (FirstLength, Task, Output) == (other.FirstLength, other.Task, other.Output)
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

/// <summary>What is wanted of a sequence.</summary>
internal enum SequenceOutput
{
    /// <summary>Its vector, scaled to length 1 if the model's are.</summary>
    Vector,

    /// <summary>Its vector before it is scaled.</summary>
    UnscaledVector,

    /// <summary>The vector of each token: neither pooled nor scaled.</summary>
    TokenVectors,
}
