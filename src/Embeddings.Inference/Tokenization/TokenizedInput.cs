namespace Embeddings.Inference.Tokenization;

/// <summary>One input as the model reads it.</summary>
/// <param name="Index">Which input of the request it is, from 0.</param>
/// <param name="Sequences">One; several for an input in chunks.</param>
/// <param name="Truncated">Whether its end was cut off.</param>
internal sealed record TokenizedInput(int Index, IReadOnlyList<Sequence> Sequences, bool Truncated)
{
    /// <summary>Tokens of all sequences, special tokens included.</summary>
    public int TokenCount { get; } = Sequences.Sum(sequence => sequence.Length);
}
