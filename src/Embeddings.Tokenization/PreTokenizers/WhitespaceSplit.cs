using static Embeddings.Tokenization.Unicode.CharacterTables;

namespace Embeddings.Tokenization.PreTokenizers;

/// <summary><c>WhitespaceSplit</c>: cuts at white space, which goes.</summary>
internal sealed class WhitespaceSplit() : CharacterSplitter(DelimiterBehavior.Removed)
{
    /// <inheritdoc/>
    protected override bool IsDelimiter(int codePoint) => Is(codePoint, Classes.Whitespace);
}
