using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary><c>Punctuation</c>: cuts at punctuation marks and ASCII symbols.</summary>
internal sealed class PunctuationPreTokenizer(DelimiterBehavior behavior) : CharacterSplitter(behavior)
{
    /// <inheritdoc/>
    protected override bool IsDelimiter(int codePoint) => Is(codePoint, Classes.Punctuation);
}
