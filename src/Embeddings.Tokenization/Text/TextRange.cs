namespace Embeddings.Tokenization.Text;

/// <summary>A part of a text.</summary>
/// <param name="Start">Its first UTF-16 code unit, from 0.</param>
/// <param name="End">The code unit behind its last one.</param>
public readonly record struct TextRange(int Start, int End);
