using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Models;

/// <summary><c>WordLevel</c>: each piece is a token, or unknown.</summary>
internal sealed class WordLevel : IModel
{
    private readonly int _unknown;

    private WordLevel(Vocabulary vocabulary, int unknown) => (Vocabulary, _unknown) = (vocabulary, unknown);

    /// <inheritdoc/>
    public Vocabulary Vocabulary { get; }

    /// <summary>Reads the model.</summary>
    public static WordLevel Read(JsonPart part)
    {
        var vocabulary = Vocabulary.Read(part["vocab"]);
        var unknown = part["unk_token"].AsTextOrNull() ?? "<unk>";
        return vocabulary.IdOf(unknown) is >= 0 and var id
            ? new WordLevel(vocabulary, id)
            : throw part["vocab"].Wrong($"has no '{unknown}'");
    }

    /// <inheritdoc/>
    public void Tokenize(ReadOnlySpan<char> piece, int offset, TokenBuffer tokens)
    {
        var id = Vocabulary.IdOf(piece);
        tokens.Add(id < 0 ? _unknown : id, offset, offset + piece.Length);
    }
}
