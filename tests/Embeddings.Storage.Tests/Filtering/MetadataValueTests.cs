using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.Tests.Filtering;

/// <summary>How values compare: whole numbers exactly, date-times as instants.</summary>
public sealed class MetadataValueTests
{
    // In ascending order, each different from its neighbours by less than a float can tell, if at all.
    private static readonly MetadataValue[] Ascending =
    [
        MetadataValue.Of(double.NegativeInfinity), MetadataValue.Of(-1e300), MetadataValue
            .Of(long.MinValue), MetadataValue.Of(long.MinValue + 1),
        MetadataValue.Of(-9007199254740993), MetadataValue.Of(-9007199254740992d), MetadataValue.Of(-1.5), MetadataValue
            .Of(-1), MetadataValue.Of(-0.5), MetadataValue.Of(0d),
        MetadataValue.Of(double.Epsilon), MetadataValue.Of(1), MetadataValue.Of(1.0000000000000002), MetadataValue
            .Of(4503599627370495.5), MetadataValue.Of(4503599627370496),
        MetadataValue.Of(9007199254740992d), MetadataValue.Of(9007199254740993), MetadataValue
            .Of(9007199254740994d), MetadataValue.Of(long.MaxValue), MetadataValue.Of(9223372036854775808d),
        MetadataValue.Of(9223372036854775809ul), MetadataValue.Of(ulong.MaxValue), MetadataValue
            .Of(18446744073709551616d), MetadataValue.Of(1e300),
    ];

    [Fact]
    public void Numbers_are_ordered_exactly_whole_or_not()
    {
        foreach (var (i, x) in Ascending.Index())
        {
            foreach (var (j, y) in Ascending.Index())
            {
                Assert.Equal(i.CompareTo(j), x.CompareTo(y));
                Assert.Equal(i == j, x == y);
            }
        }
    }

    [Fact]
    public void Equal_numbers_are_equal_whatever_they_were_made_of()
    {
        Assert.Equal(MetadataValue.Of(5), MetadataValue.Of(5d));
        Assert.Equal(MetadataValue.Of(5ul).GetHashCode(), MetadataValue.Of(5d).GetHashCode());
        Assert.Equal(MetadataValue.Of(-0d), MetadataValue.Of(0));
        Assert.Equal(MetadataValue.Of(1ul << 63), MetadataValue.Of(9223372036854775808d));
    }

    [Theory]
    [InlineData("2025-03-01T12:00:00Z", "2025-03-01T13:00:00+01:00", 0)]
    [InlineData("2025-03-01T12:00:00Z", "2025-03-01t06:30:00.000-05:30", 0)]
    [InlineData("2025-03-01T12:00:00.5Z", "2025-03-01T12:00:00.50z", 0)]
    [InlineData("2025-03-01T23:59:60Z", "2025-03-02T00:00:00Z", 0)]
    [InlineData("2025-03-01T12:00:00Z", "2025-03-01T12:00:00+01:00", 1)]
    [InlineData("2025-03-01T12:00:00.5Z", "2025-03-01T12:00:00.25Z", 1)]
    [InlineData("2025-03-01T12:00:00.123456789Z", "2025-03-01T12:00:00.123456788Z", 1)]
    [InlineData("2025-03-01T12:00:00.1234567Z", "2025-03-01T12:00:00.12345670Z", 0)]
    [InlineData("0001-01-01T00:00:00+10:00", "0001-01-01T00:00:00Z", -1)]
    [InlineData("9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59Z", 1)]
    public void Date_times_are_compared_as_instants(string x, string y, int expected)
    {
        var (left, right) = (MetadataValue.Of(x), MetadataValue.Of(y));
        Assert.Equal((expected, -expected), (left.CompareTo(right), right.CompareTo(left)));
        Assert.Equal(expected == 0, left == right);
        Assert.Equal(expected == 0, new HashSet<MetadataValue> { left }.Contains(right));
    }

    [Theory]
    [InlineData("2025-02-29T12:00:00Z")]
    [InlineData("2025-13-01T12:00:00Z")]
    [InlineData("0000-01-01T12:00:00Z")]
    [InlineData("2025-03-01T24:00:00Z")]
    [InlineData("2025-03-01T12:00:00")]
    [InlineData("2025-03-01T12:00:00.Z")]
    [InlineData("2025-03-01T12:00:00+1:00")]
    [InlineData("2025-03-01T12:00:00Zulu")]
    [InlineData("2025-03-01T12:-1:00Z")]
    public void A_text_that_is_no_date_time_is_compared_as_a_text(string text)
    {
        Assert.True(MetadataValue.Of(text) == MetadataValue.Of(string.Concat(text)));
        Assert.True(MetadataValue.Of(text) != MetadataValue.Of(text.ToUpperInvariant() + " "));
        Assert.Equal(
            Math.Sign(string.CompareOrdinal(text, "2025-03-01T12:00:00Z")),
            MetadataValue.Of(text).CompareTo(MetadataValue.Of("2025-03-01T12:00:00Z")));
    }

    [Fact]
    public void A_value_takes_sixteen_bytes() =>
        Assert.Equal(16, System.Runtime.CompilerServices.Unsafe.SizeOf<MetadataValue>());
}
