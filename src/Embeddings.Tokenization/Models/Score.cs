using System.Globalization;

namespace Embeddings.Tokenization.Models;

/// <summary>Reads the scores of Unigram tokens.</summary>
internal static class Score
{
    // Powers of ten that a double holds exactly, and more.
    private static readonly double[] Powers =
        [.. Enumerable.Range(0, 309).Select(exponent => double.Parse($"1e{exponent}", CultureInfo.InvariantCulture))];

    /// <summary>
    /// A number as Hugging Face's library reads it: the digits as a whole number, then divided or multiplied by a power
    /// of ten, so the last bit may be another than the nearest. Ways to cut a text that have equal sums, such as those
    /// of "xxxx", are told apart by that bit.
    /// </summary>
    public static double Parse(ReadOnlySpan<char> number)
    {
        var isNegative = number[0] == '-';
        var significand = 0UL;
        var (exponent, isFraction, isFull) = (0, false, false);
        var i = isNegative ? 1 : 0;
        for (; i < number.Length && number[i] is not ('e' or 'E'); i++)
        {
            if (number[i] == '.')
            {
                isFraction = true;
                continue;
            }

            var digit = (ulong)(number[i] - '0');
            isFull |= significand > (ulong.MaxValue - digit) / 10;
            if (!isFull)
            {
                significand = (significand * 10) + digit;
                exponent -= isFraction ? 1 : 0;
            }
            else
            {
                exponent += isFraction ? 0 : 1;
            }
        }

        if (i < number.Length)
        {
            exponent += int.Parse(number[(i + 1)..], CultureInfo.InvariantCulture);
        }

        var value = (double)significand;
        for (; value != 0 && exponent < -308; exponent += 308)
        {
            value /= Powers[308];
        }

        value = value == 0 ? 0 : exponent < 0 ? value / Powers[-exponent] : value * Powers[Math.Min(exponent, 308)];
        return isNegative ? -value : value;
    }
}
