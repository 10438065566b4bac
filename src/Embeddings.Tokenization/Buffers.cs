using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization;

/// <summary>
/// What a text needs while it is tokenized. Each thread keeps one for the next text, so that tokenizing allocates
/// nothing; those of long texts are let go.
/// </summary>
internal sealed class Buffers
{
    // Code units, of 2 bytes in the text and 8 in its alignment, each twice.
    private const int LargestKept = 1 << 16;

    [ThreadStatic]
    private static Buffers? _kept;

    /// <summary>The text, normalized.</summary>
    public AlignedText Text { get; } = new();

    /// <summary>Its pieces.</summary>
    public Pieces Pieces { get; } = new();

    /// <summary>Its tokens.</summary>
    public TokenBuffer Tokens { get; } = new();

    /// <summary>Buffers that nobody else uses until they are returned.</summary>
    public static Buffers Rent()
    {
        var buffers = _kept ?? new Buffers();
        _kept = null;
        return buffers;
    }

    /// <summary>Gives the buffers back.</summary>
    public void Return()
    {
        if (Text.Capacity <= LargestKept)
        {
            _kept = this;
        }
    }
}
