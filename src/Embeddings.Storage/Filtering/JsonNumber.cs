using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace Embeddings.Storage.Filtering;

/// <summary>Numbers of JSON as metadata and filters compare them.</summary>
public static class JsonNumber
{
    /// <summary>
    /// The number; null for a whole number that neither 64 bits nor a 64-bit float hold exactly, and for one beyond all
    /// floats.
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

        // Otherwise two ids that differ in their last digit would be equal to a filter.
        var number = element.GetDouble();
        var text = element.GetRawText();
        return double.IsFinite(number) && (text.AsSpan().ContainsAny(".eE") || IsExact(number, text))
            ? MetadataValue.Of(number)
            : null;
    }

    /// <summary>Why a number cannot be taken, to be read after its place.</summary>
    public static string ProblemOf(JsonElement element) =>
        $"{FieldName.Cut(element.GetRawText())} cannot be kept exactly, since numbers are whole ones of 64 bits or " +
        "64-bit floats. Send it as a string.";

    // Parsing takes the square of the digits, and a float has at most 309 of them.
    private static bool IsExact(double number, string text) =>
        text.Length <= 310 && new BigInteger(number) == BigInteger.Parse(text, CultureInfo.InvariantCulture);
}
