using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Embeddings.Storage.Filtering;

/// <summary>Numbers of JSON as metadata and filters compare them.</summary>
public static class JsonNumber
{
    /// <summary>
    /// The number; null for a whole number that neither a 64-bit integer nor a 64-bit float holds exactly, and for a
    /// number beyond the range of floats.
    /// </summary>
    public static MetadataValue? TryRead(JsonElement element)
    {
        if (element.TryGetInt64(out var signed))
        {
            return MetadataValue.Of(signed);
        }

        if (element.TryGetUInt64(out var unsigned))
        {
            return MetadataValue.Of(unsigned);
        }

        // A whole number is never rounded: two ids that differ in the last digit would be equal to a filter.
        var number = element.GetDouble();
        var text = element.GetRawText();
        return double.IsFinite(number) && (text.AsSpan().ContainsAny(".eE") || IsExact(number, text))
            ? MetadataValue.Of(number)
            : null;
    }

    /// <summary>Why a number is refused, as a sentence that follows the field's name.</summary>
    public static string ProblemOf(JsonElement element) =>
        $"{FieldName.Cut(element.GetRawText())} cannot be kept exactly, since numbers are whole ones of 64 bits or " +
        "64-bit floats. Send it as a string.";

    // Parsing takes time quadratic in the digits, and a 64-bit float has at most 309 of them.
    private static bool IsExact(double number, string text) =>
        text.Length <= 310 && new BigInteger(number) == BigInteger.Parse(text, CultureInfo.InvariantCulture);
}
