using Embeddings.Vectors;

namespace Embeddings.Benchmarks.Flat;

/// <summary>Vectors of length 1 to search among, always the same ones.</summary>
internal static class VectorSets
{
    private const int Clusters = 1000;

    /// <summary>Rows [count, dimensions] of a data set by name.</summary>
    /// <param name="name">
    /// <c>uniform</c>: any direction; <c>clustered</c>: as embeddings crowd, mean cosine about 0.6, in a thousand
    /// clusters; <c>alike</c>: all within a thousandth of each other, so that codes tell nothing; <c>equal</c>: all the
    /// same, so that every row is a tie.
    /// </param>
    /// <param name="count">Rows.</param>
    /// <param name="dimensions">Coordinates of a row.</param>
    /// <param name="seed">Rows of another seed come from the same clusters.</param>
    public static float[] Make(string name, int count, int dimensions, int seed)
    {
        var rows = new float[(long)count * dimensions];
        var clustered = name == "clustered";
        var common = Direction(new Random(1), dimensions);
        Parallel.For(0, count, i =>
        {
            var random = new Random(unchecked((seed * 1_000_003) + i));
            var row = Direction(random, dimensions);
            if (clustered)
            {
                var centre = Direction(new Random(1000 + random.Next(Clusters)), dimensions);
                for (var j = 0; j < dimensions; j++)
                {
                    row[j] = common[j] + (0.6f * centre[j]) + (0.5f * row[j]);
                }

                VectorMath.Normalize(row);
            }

            if (name == "equal")
            {
                common.CopyTo(row, 0);
            }

            if (name == "alike")
            {
                for (var j = 0; j < dimensions; j++)
                {
                    row[j] = common[j] + (0.001f * row[j]);
                }
            }

            row.CopyTo(rows.AsSpan(i * dimensions));
        });
        return rows;
    }

    // Normally distributed coordinates point anywhere alike.
    private static float[] Direction(Random random, int dimensions)
    {
        var vector = new float[dimensions];
        for (var i = 0; i < dimensions; i++)
        {
            vector[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        VectorMath.Normalize(vector);
        return vector;
    }
}
