using System.Runtime.InteropServices;

namespace Embeddings.Inference.Tokenization;

/// <summary>One input of a request: a text, or token ids without special tokens. Compared by content.</summary>
/// <param name="Text">The text; null if there are ids.</param>
/// <param name="Ids">The ids; empty if there is a text.</param>
internal readonly record struct EncoderInput(string? Text, ReadOnlyMemory<int> Ids)
{
    public bool Equals(EncoderInput other) =>
        string.Equals(Text, other.Text, StringComparison.Ordinal) && Ids.Span.SequenceEqual(other.Ids.Span);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Text);
        hash.AddBytes(MemoryMarshal.AsBytes(Ids.Span));
        return hash.ToHashCode();
    }
}
