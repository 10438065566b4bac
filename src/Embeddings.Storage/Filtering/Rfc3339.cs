using System.Globalization;

namespace Embeddings.Storage.Filtering;

/// <summary>
/// Date-times as RFC 3339 writes them: <c>2025-03-01T12:30:00.25+01:00</c>. The offset is required: without it a text
/// names no instant.
/// </summary>
internal static class Rfc3339
{
    private const int ShortestLength = 20;

    // Digits of a fraction of a second that count in ticks of 100 ns.
    private const int DigitsOfTicks = 7;
    private const int FractionStart = 20;

    /// <summary>The instant in ticks of UTC, rounded down, or null when the text is no date-time.</summary>
    public static long? TryTicks(string text)
    {
        // Most strings are not date-times. The first comparisons tell.
        if (text.Length < ShortestLength
            || text[4] != '-' || text[7] != '-' || text[10] is not ('T' or 't' or ' ') || text[13] != ':'
            || text[16] != ':'
            || Number(text, 0, 4) is not { } year || Number(text, 5, 2) is not { } month
            || Number(text, 8, 2) is not { } day
            || Number(text, 11, 2) is not { } hour || Number(text, 14, 2) is not { } minute
            || Number(text, 17, 2) is not { } second
            || year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23
            || minute > 59 || second > 60)
        {
            return null;
        }

        var end = FractionEnd(text);
        if (text[19] == '.' && end == FractionStart)
        {
            return null;
        }

        // Computed in ticks, since an offset may lead before the year 1, which DateTime refuses. A leap second counts
        // as the first second of the next minute.
        return Offset(text.AsSpan(end)) is { } offset
            ? new DateTime(year, month, day).Ticks
                + (((((hour * 60L) + minute - offset) * 60) + second) * TimeSpan.TicksPerSecond) + Fraction(text, end)
            : null;
    }

    /// <summary>
    /// Compares two date-times of equal ticks by the digits of their fractions that are below a tick.
    /// </summary>
    public static int CompareBelowTicks(string x, string y) =>
        Math.Sign(DigitsBelowTicks(x).CompareTo(DigitsBelowTicks(y), StringComparison.Ordinal));

    /// <summary>A hash of these digits, the same for texts that compare as equal.</summary>
    public static int HashBelowTicks(string text) => string.GetHashCode(DigitsBelowTicks(text));

    private static ReadOnlySpan<char> DigitsBelowTicks(string text) =>
        FractionEnd(text) is var end && end > FractionStart + DigitsOfTicks
            ? text.AsSpan(FractionStart + DigitsOfTicks, end - FractionStart - DigitsOfTicks).TrimEnd('0')
            : default;

    private static int FractionEnd(string text)
    {
        if (text[19] != '.')
        {
            return 19;
        }

        var end = FractionStart;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
        {
            end++;
        }

        return end;
    }

    private static long Fraction(string text, int end)
    {
        var ticks = 0L;
        for (var i = 0; i < DigitsOfTicks; i++)
        {
            ticks = (10 * ticks) + (FractionStart + i < end ? text[FractionStart + i] - '0' : 0);
        }

        return ticks;
    }

    // The offset in minutes east of UTC.
    private static int? Offset(ReadOnlySpan<char> text) => text switch
    {
        "Z" or "z" => 0,
        ['+' or '-', _, _, ':', _, _] when Number(text, 1, 2) is { } hours and <= 23
            && Number(text, 4, 2) is { } minutes and <= 59 =>
            (text[0] == '-' ? -1 : 1) * ((60 * hours) + minutes),
        _ => null,
    };

    private static int? Number(ReadOnlySpan<char> text, int start, int length) =>
        !text.Slice(start, length).ContainsAnyExceptInRange('0', '9')
            ? int.Parse(text.Slice(start, length), NumberStyles.None, CultureInfo.InvariantCulture)
            : null;
}
