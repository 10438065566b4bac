using System.Text;

namespace Embeddings.Storage;

/// <summary>What may be kept as a text: half a surrogate pair has no UTF-8, and two ids that differ in such would become one.</summary>
internal static class UnicodeCheck
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Throws unless a text, if there is one, is Unicode.</summary>
    public static void Check(string? text, string name)
    {
        try
        {
            Strict.GetByteCount(text ?? "");
        }
        catch (EncoderFallbackException exception)
        {
            throw new ArgumentException($"It is no Unicode text: at index {exception.Index} there is half of a surrogate pair.", name);
        }
    }
}
