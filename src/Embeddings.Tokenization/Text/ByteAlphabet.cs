namespace Embeddings.Tokenization.Text;

/// <summary>
/// The alphabet of byte-level vocabularies: a visible character for each of the 256 bytes. Bytes that are a visible
/// Latin-1 character stand for themselves; the others have the code points from 256 on, in their order.
/// </summary>
internal static class ByteAlphabet
{
    /// <summary>The character of the space.</summary>
    public const char Space = 'Ġ';

    private static readonly char[] Characters = Make();

    /// <summary>The character of a byte.</summary>
    public static char Of(byte value) => Characters[value];

    /// <summary>The byte of a character, or -1.</summary>
    public static int ByteOf(char character) => Array.IndexOf(Characters, character);

    private static char[] Make()
    {
        var characters = new char[256];
        var next = (char)256;
        for (var value = 0; value < 256; value++)
        {
            var isVisible = value is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            characters[value] = isVisible ? (char)value : next++;
        }

        return characters;
    }
}
