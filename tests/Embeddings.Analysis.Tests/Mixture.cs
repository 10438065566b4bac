namespace Embeddings.Analysis.Tests;

/// <summary>Vectors with the look of texts: clusters on the unit sphere, of different size and width.</summary>
internal static class Mixture
{
    /// <summary>
    /// Rows [count, dimensions] of length 1; row i belongs to cluster i mod <paramref name="clusters"/>.
    /// </summary>
    public static float[] Of(int count, int dimensions, int clusters = 8, int seed = 1, double width = 0.6)
    {
        var random = new Random(seed);
        var centres = new double[clusters * dimensions];
        for (var i = 0; i < centres.Length; i++)
        {
            centres[i] = Normal(random) / Math.Sqrt(dimensions);
        }

        var vectors = new float[count * dimensions];
        for (var i = 0; i < count; i++)
        {
            var centre = centres.AsSpan(i % clusters * dimensions, dimensions);
            var spread = width * (0.5 + (i % clusters / (double)clusters));
            var row = new double[dimensions];
            for (var d = 0; d < dimensions; d++)
            {
                // Later dimensions matter less, as in real embeddings.
                row[d] = centre[d] + (spread * Normal(random) / Math.Sqrt(dimensions) / (1 + (0.05 * d)));
            }

            var norm = Math.Sqrt(row.Sum(x => x * x));
            for (var d = 0; d < dimensions; d++)
            {
                vectors[(i * dimensions) + d] = (float)(row[d] / norm);
            }
        }

        return vectors;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
