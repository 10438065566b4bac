namespace Embeddings.Api.Errors;

/// <summary>Finds the name that an unknown name was probably meant to be.</summary>
internal static class NearestName
{
    private const int MostWrong = 2;

    // Longer names are not compared: a comparison takes time with the product of the lengths.
    private const int LongestName = 50;

    /// <summary>The name that has the same letters and digits; null if none has.</summary>
    public static string? Same(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LongestName)
        {
            return null;
        }

        var letters = Letters(name);
        return candidates.FirstOrDefault(candidate => Letters(candidate) == letters);
    }

    /// <summary>
    /// The name that takes the fewest changes, up to two and less than a third of the letters, in short names one; null
    /// if none is so near. By letters and digits alone: which of _ - . : stands between the words is the commonest
    /// mistake.
    /// </summary>
    public static string? Of(string name, IEnumerable<string> candidates)
    {
        if (name.Length > LongestName)
        {
            return null;
        }

        var letters = Letters(name);
        return candidates.Select(candidate => (Name: candidate, Distance: Distance(letters, Letters(candidate))))
            .Where(candidate => candidate.Distance <= MostWrong && 3 * candidate.Distance < Math.Max(letters.Length, 4))
            .OrderBy(candidate => candidate.Distance)
            .Select(candidate => candidate.Name)
            .FirstOrDefault();
    }

    private static string Letters(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    /// <summary>
    /// Letters added, left out, changed, or swapped with their neighbour (optimal string alignment).
    /// </summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                rows[i, j] = (i, j) switch
                {
                    (0, _) => j,
                    (_, 0) => i,
                    _ => Math.Min(
                        Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1,
                        rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)),
                };
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
                }
            }
        }

        return rows[a.Length, b.Length];
    }
}
