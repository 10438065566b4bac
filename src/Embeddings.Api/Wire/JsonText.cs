using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Embeddings.Api.Wire;

/// <summary>
/// Reads JSON strings as clients really send them. System.Text.Json refuses lone surrogates (<c>"\ud83d"</c>, what a
/// JavaScript or Python program makes by cutting an emoji in two); here a lone surrogate becomes U+FFFD, as in a
/// browser. Bytes that are not UTF-8 are refused before.
/// </summary>
internal static class JsonText
{
    public static string Read(ref Utf8JsonReader reader) => Read(ref reader, out _);

    /// <param name="reader">On a string or on the name of a property.</param>
    /// <param name="isMended">Whether half of a surrogate pair was replaced, so that another string may give the same
    /// text.</param>
    public static string Read(ref Utf8JsonReader reader, out bool isMended)
    {
        isMended = false;
        var bytes = reader.HasValueSequence ? reader.ValueSequence.ToArray() : reader.ValueSpan;
        var text = Encoding.UTF8.GetString(bytes);
        return reader.ValueIsEscaped ? Unescape(text, ref isMended) : text;
    }

    private static string Unescape(string text, ref bool isMended)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] != 'u')
            {
                result.Append(Control(text[i]));
                continue;
            }

            var unit = CodeUnit(text, i + 1);
            i += 4;
            if (char.IsHighSurrogate(unit) && i + 6 < text.Length && text[i + 1] == '\\' && text[i + 2] == 'u'
                && CodeUnit(text, i + 3) is var low && char.IsLowSurrogate(low))
            {
                result.Append(unit).Append(low);
                i += 6;
            }
            else
            {
                isMended |= char.IsSurrogate(unit);
                result.Append(char.IsSurrogate(unit) ? '\uFFFD' : unit);
            }
        }

        return result.ToString();
    }

    private static char Control(char escaped) => escaped switch
    {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\b',
        'f' => '\f',
        _ => escaped,
    };

    private static char CodeUnit(string text, int at) =>
        (char)ushort.Parse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
