using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.Normalizers;

/// <summary><c>StripAccents</c>: drops marks. It decomposes nothing, so a form D or KD comes before it.</summary>
internal sealed class StripAccentsNormalizer : CharacterNormalizer
{
    /// <inheritdoc/>
    protected override int Map(int codePoint) => Is(codePoint, Classes.Mark) ? Dropped : codePoint;
}
