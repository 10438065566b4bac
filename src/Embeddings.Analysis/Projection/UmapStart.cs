using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// Where the vertices of a UMAP layout start: at the spectral coordinates of their connected component, each component
/// at a place of its own, each axis scaled to 0 to 10 (umap-learn's <c>init="spectral"</c>).
/// </summary>
internal static class UmapStart
{
    private const double Extent = 10;

    // Without it, vertices with equal neighbours would start, and stay, at one place.
    private const double Noise = 1e-4;

    // A smaller component is scattered about its place.
    private const int SmallestSpectral = 16;

    /// <summary>Positions [count, dimensions].</summary>
    /// <param name="graph">Each vertex has an edge.</param>
    /// <param name="centre">
    /// The mean vector of some vertices [any length, the same for all]: components whose means are alike are placed
    /// together.
    /// </param>
    /// <param name="dimensions">Coordinates of a position.</param>
    /// <param name="seed">Of noise and scattering.</param>
    /// <param name="team">Threads that share the work.</param>
    public static float[] Of(
        NeighborGraph graph, Func<int[], float[]> centre, int dimensions, ulong seed, ThreadTeam team)
    {
        var components = ComponentsOf(graph, out var places);
        var random = new CounterRandom(seed);
        var positions = new double[graph.Count * dimensions];
        var centres = Places(components, centre, dimensions, team);
        var gap = Gap(centres, dimensions);
        for (var component = 0; component < components.Count; component++)
        {
            var vertices = components[component];
            var local = Local(graph, vertices, places, dimensions, seed, team);
            for (var i = 0; i < local.Length; i++)
            {
                var place = components.Count == 1 ? local[i] : local[i] * gap;
                positions[(vertices[i / dimensions] * dimensions) + (i % dimensions)] =
                    place + centres[(component * dimensions) + (i % dimensions)];
            }
        }

        var largest = Math.Max(positions.Max(Math.Abs), 1e-30);
        for (var i = 0; i < positions.Length; i++)
        {
            positions[i] = (positions[i] / largest * Extent) + (Noise * Normal(random, (ulong)i));
        }

        return Scaled(positions, dimensions);
    }

    private static List<int[]> ComponentsOf(NeighborGraph graph, out int[] places)
    {
        var (component, count) = graph.Components();
        var members = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        places = new int[graph.Count];
        for (var vertex = 0; vertex < component.Length; vertex++)
        {
            places[vertex] = members[component[vertex]].Count;
            members[component[vertex]].Add(vertex);
        }

        return [.. members.Select(list => list.ToArray())];
    }

    // Coordinates of one component, the largest of them 1.
    private static double[] Local(
        NeighborGraph graph, int[] vertices, int[] places, int dimensions, ulong seed, ThreadTeam team)
    {
        double[] local;
        if (vertices.Length < Math.Max(SmallestSpectral, 2 * dimensions) || dimensions > SpectralEmbedding.Largest)
        {
            var random = new CounterRandom(seed + 1);
            local = new double[vertices.Length * dimensions];
            for (var i = 0; i < local.Length; i++)
            {
                local[i] = (2 * random.Uniform((ulong)vertices[i / dimensions], (ulong)(i % dimensions))) - 1;
            }

            return local;
        }

        var whole = vertices.Length == graph.Count;
        local = SpectralEmbedding.Of(whole ? graph : graph.Component(vertices, places), dimensions, seed, team);
        var largest = local.Max(Math.Abs);
        for (var i = 0; i < local.Length; i++)
        {
            local[i] /= largest;
        }

        return local;
    }

    // Few components stand on the axes, as far from each other as can be; many where the principal components of their
    // means put them.
    private static double[] Places(List<int[]> components, Func<int[], float[]> centre, int dimensions, ThreadTeam team)
    {
        var places = new double[components.Count * dimensions];
        if (components.Count <= 2 * dimensions)
        {
            for (var component = 0; component < components.Count && components.Count > 1; component++)
            {
                places[(component * dimensions) + (component % dimensions)] = component < dimensions ? 1 : -1;
            }

            return places;
        }

        float[] means = [.. components.SelectMany(centre)];
        var length = means.Length / components.Count;
        var pca = Pca.Fit(means, length, Math.Min(dimensions, length), team.Count);
        var projected = pca.Transform(means, team.Count);
        var largest = Math.Max(projected.Max(Math.Abs), 1e-30f);
        for (var i = 0; i < projected.Length; i++)
        {
            places[(i / pca.Count * dimensions) + (i % pca.Count)] = projected[i] / largest;
        }

        return places;
    }

    // Half the distance of the two nearest places, but not so little that components become points.
    private static double Gap(double[] places, int dimensions)
    {
        var count = places.Length / dimensions;
        var nearest = double.PositiveInfinity;
        for (var a = 0; a < count && count < 2_000; a++)
        {
            for (var b = 0; b < a; b++)
            {
                var square = 0.0;
                for (var d = 0; d < dimensions; d++)
                {
                    var difference = places[(a * dimensions) + d] - places[(b * dimensions) + d];
                    square += difference * difference;
                }

                nearest = Math.Min(nearest, square);
            }
        }

        return Math.Max(count < 2_000 ? Math.Sqrt(nearest) / 2 : 0, 1.0 / count);
    }

    private static double Normal(CounterRandom random, ulong index)
    {
        // The sum of twelve uniform numbers is normal enough, and needs no function that differs between machines.
        var sum = -6.0;
        for (var i = 0UL; i < 12; i++)
        {
            sum += random.Uniform(index, i);
        }

        return sum;
    }

    private static float[] Scaled(double[] positions, int dimensions)
    {
        var scaled = new float[positions.Length];
        for (var d = 0; d < dimensions; d++)
        {
            var (least, most) = (double.PositiveInfinity, double.NegativeInfinity);
            for (var i = d; i < positions.Length; i += dimensions)
            {
                (least, most) = (Math.Min(least, positions[i]), Math.Max(most, positions[i]));
            }

            for (var i = d; i < positions.Length; i += dimensions)
            {
                scaled[i] = most > least ? (float)(Extent * (positions[i] - least) / (most - least)) : 0;
            }
        }

        return scaled;
    }
}
