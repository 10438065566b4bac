using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary><c>Digits</c>: cuts numbers from the rest, as a whole or each digit alone.</summary>
internal sealed class DigitsPreTokenizer(bool isEachAlone)
    : CharacterSplitter(isEachAlone ? DelimiterBehavior.Isolated : DelimiterBehavior.Contiguous)
{
    /// <inheritdoc/>
    protected override bool IsDelimiter(int codePoint) => Is(codePoint, Classes.Numeric);
}
