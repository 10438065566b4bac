namespace Embeddings.Vectors.Tests;

/// <summary>Kinds of vectors that search meets, good and bad for it.</summary>
public static class TestVectors
{
    public static readonly string[] Kinds = ["uniform", "crowded", "integers", "few", "scales", "sparse"];

    /// <summary>Row-major [count, dimensions].</summary>
    public static float[] Make(string kind, Random random, int count, int dimensions)
    {
        var rows = new float[count * dimensions];
        for (var row = 0; row < count; row++)
        {
            var scale = kind == "scales" ? MathF.Pow(10, random.Next(-12, 6)) : 1;
            for (var i = 0; i < dimensions; i++)
            {
                rows[(row * dimensions) + i] = kind switch
                {
                    "crowded" => 1 + (0.01f * random.NextSingle()),
                    // Sums of small whole numbers are exact, so equal scores are equal to the bit.
                    "integers" => random.Next(-2, 3),
                    "few" => (row % 3) + i,
                    "sparse" => random.Next(20) == 0 ? random.NextSingle() : 0,
                    _ => scale * (random.NextSingle() - 0.5f),
                };
            }
        }

        return rows;
    }

    /// <summary>A score in double precision, coordinate by coordinate.</summary>
    public static double Score(Metric metric, ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double dot = 0, xx = 0, yy = 0, distance = 0;
        for (var i = 0; i < x.Length; i++)
        {
            dot += (double)x[i] * y[i];
            xx += (double)x[i] * x[i];
            yy += (double)y[i] * y[i];
            distance += ((double)x[i] - y[i]) * ((double)x[i] - y[i]);
        }

        return metric switch
        {
            Metric.InnerProduct => dot,
            Metric.Euclidean => Math.Sqrt(distance),
            _ => dot == 0 ? 0 : dot / Math.Sqrt(xx * yy),
        };
    }
}
