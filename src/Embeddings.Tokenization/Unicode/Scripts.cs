using System.Globalization;

namespace Embeddings.Tokenization.Unicode;

/// <summary>
/// Which script a character belongs to, as far as a tokenizer tells scripts apart: data of <c>scripts.txt</c>.
/// </summary>
internal static class Scripts
{
    /// <summary>The character may stand in any script.</summary>
    public const int Any = 0;

    private static readonly (int First, int Last, int Script)[] Ranges = Read();

    /// <summary>The number of a character's script, or <see cref="Any"/>.</summary>
    public static int Of(int codePoint)
    {
        var (low, high) = (0, Ranges.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (codePoint < Ranges[middle].First)
            {
                high = middle - 1;
            }
            else if (codePoint > Ranges[middle].Last)
            {
                low = middle + 1;
            }
            else
            {
                return Ranges[middle].Script;
            }
        }

        return Any;
    }

    private static (int First, int Last, int Script)[] Read()
    {
        using var reader = new StreamReader(typeof(Scripts).Assembly.GetManifestResourceStream("scripts.txt")!);
        return
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Where(line => !line.StartsWith('#'))
                .Select(line => line.Split(' '))
                .Select(fields => (fields[0].Split(".."), int.Parse(fields[1], CultureInfo.InvariantCulture)))
                .Select(row => (Hex(row.Item1[0]), Hex(row.Item1[^1]), row.Item2)),
        ];
    }

    private static int Hex(string text) =>
        int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
