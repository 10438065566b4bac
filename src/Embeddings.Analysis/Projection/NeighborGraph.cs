using Embeddings.Analysis.Neighbors;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// A symmetric graph with weighted edges, by rows: the edges of vertex i are at Starts[i] to Starts[i + 1], by
/// ascending target; each edge stands in the rows of both its ends.
/// </summary>
/// <param name="Starts">[vertices + 1]</param>
/// <param name="Targets">[edges]</param>
/// <param name="Weights">[edges]</param>
internal sealed record NeighborGraph(int[] Starts, int[] Targets, float[] Weights)
{
    public int Count => Starts.Length - 1;

    public ReadOnlySpan<int> TargetsOf(int vertex) => Targets.AsSpan(Starts[vertex]..Starts[vertex + 1]);

    public ReadOnlySpan<float> WeightsOf(int vertex) => Weights.AsSpan(Starts[vertex]..Starts[vertex + 1]);

    /// <summary>
    /// Joins both directions of each edge, weights w and v (0 if there is none), by <paramref name="join"/>.
    /// </summary>
    /// <param name="table">Neighbours of each vertex.</param>
    /// <param name="weights">[count, K], their weights.</param>
    /// <param name="join">A symmetric function.</param>
    public static NeighborGraph Union(NeighborTable table, float[] weights, Func<float, float, float> join)
    {
        var k = table.K;
        var count = k == 0 ? 0 : table.Indices.Length / k;
        var (incoming, sources) = Incoming(table, count);
        var starts = new int[count + 1];
        var (targets, joined) = (new List<int>(2 * weights.Length), new List<float>(2 * weights.Length));
        var (order, outgoing) = (new int[k], new int[k]);
        for (var vertex = 0; vertex < count; vertex++)
        {
            table.IndicesOf(vertex).CopyTo(outgoing);
            for (var i = 0; i < k; i++)
            {
                order[i] = (vertex * k) + i;
            }

            Array.Sort(outgoing, order);
            var (mine, theirs, end) = (0, incoming[vertex], incoming[vertex + 1]);
            while (mine < k || theirs < end)
            {
                // Sources are edges, edge / k is the vertex that they start from; they ascend.
                var to = mine < k ? outgoing[mine] : int.MaxValue;
                var from = theirs < end ? sources[theirs] / k : int.MaxValue;
                targets.Add(Math.Min(to, from));
                joined.Add(join(to <= from ? weights[order[mine++]] : 0, from <= to ? weights[sources[theirs++]] : 0));
            }

            starts[vertex + 1] = targets.Count;
        }

        return new NeighborGraph(starts, [.. targets], [.. joined]);
    }

    /// <summary>The graph without edges lighter than <paramref name="least"/>.</summary>
    public NeighborGraph Without(float least)
    {
        var starts = new int[Starts.Length];
        var (targets, weights) = (new List<int>(Targets.Length), new List<float>(Targets.Length));
        for (var vertex = 0; vertex < Count; vertex++)
        {
            for (var edge = Starts[vertex]; edge < Starts[vertex + 1]; edge++)
            {
                if (Weights[edge] >= least)
                {
                    targets.Add(Targets[edge]);
                    weights.Add(Weights[edge]);
                }
            }

            starts[vertex + 1] = targets.Count;
        }

        return new NeighborGraph(starts, [.. targets], [.. weights]);
    }

    /// <summary>
    /// The connected component of each vertex [count], numbered by their first vertices; and how many.
    /// </summary>
    public (int[] Components, int Count) Components()
    {
        var (components, found, waiting) = (new int[Count], 0, new Stack<int>());
        Array.Fill(components, -1);
        for (var first = 0; first < Count; first++)
        {
            if (components[first] >= 0)
            {
                continue;
            }

            components[first] = found;
            waiting.Push(first);
            while (waiting.TryPop(out var vertex))
            {
                foreach (var target in TargetsOf(vertex))
                {
                    if (components[target] < 0)
                    {
                        components[target] = found;
                        waiting.Push(target);
                    }
                }
            }

            found++;
        }

        return (components, found);
    }

    /// <summary>The graph of one connected component.</summary>
    /// <param name="vertices">Its vertices, ascending.</param>
    /// <param name="places">[count], where each vertex stands among those of its component.</param>
    public NeighborGraph Component(int[] vertices, int[] places)
    {
        var (starts, targets, weights) = (new int[vertices.Length + 1], new List<int>(), new List<float>());
        for (var i = 0; i < vertices.Length; i++)
        {
            foreach (var target in TargetsOf(vertices[i]))
            {
                targets.Add(places[target]);
            }

            weights.AddRange(WeightsOf(vertices[i]));
            starts[i + 1] = targets.Count;
        }

        return new NeighborGraph(starts, [.. targets], [.. weights]);
    }

    // For each vertex the edges (of the table) that end there, ascending.
    private static (int[] Starts, int[] Edges) Incoming(NeighborTable table, int count)
    {
        var (starts, edges) = (new int[count + 1], new int[table.Indices.Length]);
        foreach (var target in table.Indices)
        {
            starts[target + 1]++;
        }

        for (var vertex = 0; vertex < count; vertex++)
        {
            starts[vertex + 1] += starts[vertex];
        }

        var free = starts.AsSpan(0, count).ToArray();
        for (var edge = 0; edge < edges.Length; edge++)
        {
            edges[free[table.Indices[edge]]++] = edge;
        }

        return (starts, edges);
    }
}
