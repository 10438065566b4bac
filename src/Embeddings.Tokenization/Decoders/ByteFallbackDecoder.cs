using System.Globalization;
using System.Text;

namespace Embeddings.Tokenization.Decoders;

/// <summary>
/// <c>ByteFallback</c>: turns tokens such as <c>&lt;0x61&gt;</c> into text. Bytes that are no UTF-8 become U+FFFD each.
/// </summary>
internal sealed class ByteFallbackDecoder : IDecoder
{
    private static readonly UTF8Encoding Strict =
        new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens)
    {
        var decoded = new List<string>();
        var bytes = new List<byte>();
        foreach (var token in tokens)
        {
            if (token.Length == 6 && token.StartsWith("<0x", StringComparison.Ordinal) && token[5] == '>'
                && TryHex(token.AsSpan(3, 2), out var value))
            {
                bytes.Add(value);
                continue;
            }

            Flush(bytes, decoded);
            decoded.Add(token);
        }

        Flush(bytes, decoded);
        return decoded;
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out byte value) =>
        byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);

    private static void Flush(List<byte> bytes, List<string> decoded)
    {
        if (bytes.Count > 0)
        {
            try
            {
                decoded.Add(Strict.GetString([.. bytes]));
            }
            catch (DecoderFallbackException)
            {
                decoded.AddRange(Enumerable.Repeat("\uFFFD", bytes.Count));
            }

            bytes.Clear();
        }
    }
}
