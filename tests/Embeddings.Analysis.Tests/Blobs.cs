namespace Embeddings.Analysis.Tests;

/// <summary>Random rows round a few centres, for clustering.</summary>
internal static class Blobs
{
    /// <summary>
    /// Rows [centres · rowsOfEach, dimensions], whose centres are up to <paramref name="spread"/> apart in a
    /// coordinate.
    /// </summary>
    /// <param name="seed">Of the random numbers.</param>
    /// <param name="centres">Number of blobs.</param>
    /// <param name="rowsOfEach">Rows of a blob; row i belongs to blob i / rowsOfEach.</param>
    /// <param name="dimensions">Numbers of a row.</param>
    /// <param name="spread">Against a standard deviation of 1 in a blob.</param>
    public static float[] Make(int seed, int centres, int rowsOfEach, int dimensions, double spread = 10)
    {
        var random = new Random(seed);
        var rows = new float[centres * rowsOfEach * dimensions];
        for (var at = 0; at < rows.Length;)
        {
            var centre = new double[dimensions];
            for (var i = 0; i < dimensions; i++)
            {
                centre[i] = spread * random.NextDouble();
            }

            for (var i = 0; i < rowsOfEach * dimensions; i++)
            {
                rows[at++] = (float)(centre[i % dimensions] + Normal(random));
            }
        }

        return rows;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
