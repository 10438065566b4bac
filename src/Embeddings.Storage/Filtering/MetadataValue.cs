using System.Globalization;
using System.Text.Json;

namespace Embeddings.Storage.Filtering;

/// <summary>
/// A value that filters can compare: a number, a string, a boolean, or a list of these. Whole numbers from −2^63 to
/// 2^64 − 1 are kept and compared exactly, also with 64-bit floats. Strings that are date-times of RFC 3339 are
/// compared as instants.
/// </summary>
public readonly struct MetadataValue : IEquatable<MetadataValue>
{
    private static readonly object FloatMark = new();
    private static readonly object SignedMark = new();
    private static readonly object UnsignedMark = new();
    private static readonly object BooleanMark = new();

    // 2^63 and 2^64.
    private const double SignedEnd = 9223372036854775808d;
    private const double UnsignedEnd = 18446744073709551616d;

    private const long NoInstant = long.MinValue;

    // The string, the list, or a mark of the type of a number or boolean. With the field below a value takes 16 bytes,
    // since there may be millions.
    private readonly object? _content;

    // The number's bits, the boolean, the instant of a string in ticks, or 1 for a list that has more than these items.
    private readonly long _bits;

    private MetadataValue(object content, long bits) => (_content, _bits) = (content, bits);

    /// <summary>The items of a list; null for anything else.</summary>
    public IReadOnlyList<MetadataValue>? Items => _content as MetadataValue[];

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => _content == SignedMark || _content == FloatMark || _content == UnsignedMark;

    /// <summary>Whether it is a string.</summary>
    public bool IsText => _content is string;

    /// <summary>Whether it is the default, which is no value.</summary>
    internal bool IsNothing => _content is null;

    /// <summary>A number.</summary>
    public static MetadataValue Of(double number) => number switch
    {
        // Each number has one form, so that equal numbers have equal bits.
        >= -SignedEnd and < SignedEnd when (long)number is var whole && whole == number => new(SignedMark, whole),
        >= SignedEnd and < UnsignedEnd => Of((ulong)number),
        _ => new(FloatMark, BitConverter.DoubleToInt64Bits(number)),
    };

    /// <summary>A whole number.</summary>
    public static MetadataValue Of(long number) => new(SignedMark, number);

    /// <summary>A whole number.</summary>
    public static MetadataValue Of(ulong number) =>
        number <= long.MaxValue ? Of((long)number) : new(UnsignedMark, (long)number);

    /// <summary>A string.</summary>
    public static MetadataValue Of(string text) => new(text, Rfc3339.TryTicks(text) ?? NoInstant);

    /// <summary>A boolean.</summary>
    public static MetadataValue Of(bool boolean) => new(BooleanMark, boolean ? 1 : 0);

    /// <summary>A list.</summary>
    public static MetadataValue Of(IEnumerable<MetadataValue> items) => new(items.ToArray(), 0);

    /// <summary>
    /// A list that has more than these items, or several values of one field. It equals no list, but each item is
    /// compared.
    /// </summary>
    internal static MetadataValue OfSome(IEnumerable<MetadataValue> items) => new(items.ToArray(), 1);

    /// <summary>
    /// Negative, 0 or positive. Numbers are compared by value, date-times by instant, other strings by their UTF-16
    /// code units. Null if the values have no order.
    /// </summary>
    public int? CompareTo(MetadataValue other)
    {
        // The most frequent case: a filtered search has it once for each document.
        if (_content == SignedMark && other._content == SignedMark)
        {
            return _bits.CompareTo(other._bits);
        }

        if (_content is string x && other._content is string y)
        {
            return _bits == NoInstant || other._bits == NoInstant ? Math.Sign(string.CompareOrdinal(x, y))
                : _bits != other._bits ? _bits.CompareTo(other._bits)
                : Rfc3339.CompareBelowTicks(x, y);
        }

        return IsNumber && other.IsNumber ? CompareNumbers(other) : null;
    }

    /// <inheritdoc/>
    public bool Equals(MetadataValue other) => (_content, other._content) switch
    {
        (string x, string y) =>
            _bits == other._bits && (_bits == NoInstant ? x == y : Rfc3339.CompareBelowTicks(x, y) == 0),
        (MetadataValue[] x, MetadataValue[] y) => _bits == other._bits && x.AsSpan().SequenceEqual(y),
        var (x, y) => x == y && _bits == other._bits,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetadataValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _content switch
    {
        string text =>
            _bits == NoInstant
                ? text.GetHashCode(StringComparison.Ordinal)
                : HashCode.Combine(_bits, Rfc3339.HashBelowTicks(text)),
        MetadataValue[] items => items.Length,
        _ => HashCode.Combine(_bits),
    };

    /// <inheritdoc/>
    public override string ToString() => _content switch
    {
        null => "",
        string text => text,
        MetadataValue[] items => $"[{string.Join(", ", items)}]",
        _ when _content == BooleanMark => _bits == 1 ? "true" : "false",
        _ when _content == UnsignedMark => ((ulong)_bits).ToString(CultureInfo.InvariantCulture),
        _ when _content == SignedMark => _bits.ToString(CultureInfo.InvariantCulture),
        _ => Float.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The value as JSON.</summary>
    public string ToJson() => _content switch
    {
        null => "null",
        string text => JsonSerializer.Serialize(text),
        MetadataValue[] items => $"[{string.Join(',', items.Select(item => item.ToJson()))}]",
        _ => ToString(),
    };

    /// <summary>Two values are the same.</summary>
    public static bool operator ==(MetadataValue left, MetadataValue right) => left.Equals(right);

    /// <summary>Two values differ.</summary>
    public static bool operator !=(MetadataValue left, MetadataValue right) => !left.Equals(right);

    private double Float => BitConverter.Int64BitsToDouble(_bits);

    private int CompareNumbers(MetadataValue other) => (_content == FloatMark, other._content == FloatMark) switch
    {
        (true, true) => Float.CompareTo(other.Float),
        (true, false) => -other.CompareWhole(Float),
        (false, true) => CompareWhole(other.Float),
        _ when _content == other._content => ((ulong)_bits).CompareTo((ulong)other._bits),
        // A number is in the unsigned form only if it is larger than every number of the signed form.
        _ => _content == UnsignedMark ? 1 : -1,
    };

    // Compares this whole number with a float, which is a fraction or beyond the range of whole numbers. A fraction is
    // below 2^53, where the conversion loses nothing.
    private int CompareWhole(double number) => number switch
    {
        >= UnsignedEnd => -1,
        < -SignedEnd => 1,
        _ when _content == UnsignedMark => 1,
        _ => _bits <= (long)Math.Floor(number) ? -1 : 1,
    };
}
