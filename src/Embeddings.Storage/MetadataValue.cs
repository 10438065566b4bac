using System.Globalization;
using System.Text.Json;

namespace Embeddings.Storage;

/// <summary>A value that filters can compare: a number, a string, a boolean, or a list of these.</summary>
public readonly struct MetadataValue : IEquatable<MetadataValue>
{
    private static readonly object NumberMark = new();
    private static readonly object BooleanMark = new();

    // A mark, the string, or the list: sixteen bytes a value, since there may be millions.
    private readonly object _content;
    private readonly double _number;

    private MetadataValue(object content, double number) => (_content, _number) = (content, number);

    /// <summary>The items of a list; null for anything else.</summary>
    public IReadOnlyList<MetadataValue>? Items => _content as MetadataValue[];

    /// <summary>Whether it is a number.</summary>
    public bool IsNumber => _content == NumberMark;

    /// <summary>Whether it is a string.</summary>
    public bool IsText => _content is string;

    /// <summary>A number.</summary>
    public static MetadataValue Of(double number) => new(NumberMark, number);

    /// <summary>A string.</summary>
    public static MetadataValue Of(string text) => new(text, 0);

    /// <summary>A boolean.</summary>
    public static MetadataValue Of(bool boolean) => new(BooleanMark, boolean ? 1 : 0);

    /// <summary>A list.</summary>
    public static MetadataValue Of(IEnumerable<MetadataValue> items) => new(items.ToArray(), 0);

    /// <summary>−1, 0 or 1 for two numbers, or for two strings by their UTF-16 code units; null for what has no order.</summary>
    public int? CompareTo(MetadataValue other) => (_content, other._content) switch
    {
        (string x, string y) => Math.Sign(string.CompareOrdinal(x, y)),
        var (x, y) when x == NumberMark && y == NumberMark => _number.CompareTo(other._number),
        _ => null,
    };

    /// <inheritdoc/>
    public bool Equals(MetadataValue other) => (_content, other._content) switch
    {
        (string x, string y) => x == y,
        (MetadataValue[] x, MetadataValue[] y) => x.AsSpan().SequenceEqual(y),
        var (x, y) => x == y && _number == other._number,
    };

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MetadataValue other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _content switch
    {
        string text => text.GetHashCode(StringComparison.Ordinal),
        MetadataValue[] items => items.Length,
        _ => _number.GetHashCode(),
    };

    /// <inheritdoc/>
    public override string ToString() => _content switch
    {
        string text => text,
        MetadataValue[] items => $"[{string.Join(", ", items)}]",
        _ when _content == BooleanMark => _number == 1 ? "true" : "false",
        _ => _number.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The value as JSON.</summary>
    public string ToJson() => _content switch
    {
        string text => JsonSerializer.Serialize(text),
        MetadataValue[] items => $"[{string.Join(',', items.Select(item => item.ToJson()))}]",
        _ => ToString(),
    };

    /// <summary>Two values are the same.</summary>
    public static bool operator ==(MetadataValue left, MetadataValue right) => left.Equals(right);

    /// <summary>Two values differ.</summary>
    public static bool operator !=(MetadataValue left, MetadataValue right) => !left.Equals(right);
}
