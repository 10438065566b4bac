using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Clustering;

/// <summary>
/// The minimum spanning tree under mutual reachability by Borůvka's algorithm: in every round each component takes its
/// shortest edge to another. A k-d tree finds the edges (as in W. March, P. Ram and A. Gray, "Fast Euclidean minimum
/// spanning tree", 2010, with one tree in place of two). Exact. It is quick for few dimensions only, since boxes of
/// many dimensions exclude little.
/// </summary>
/// <remarks>
/// Distances are squared inside. A row remembers the nearest row outside its component. While that row stays outside,
/// it stays the nearest, since components only grow. Otherwise its distance still bounds what a new search can find.
/// </remarks>
internal sealed class BoruvkaTree
{
    // Searches of a batch know the shortest edges of the batches before. The size is fixed, since the result must not
    // depend on the number of threads.
    private const int RowsInBatch = 1024;
    private const int RowsInTask = 64;

    private readonly KdTree _tree;
    private readonly ThreadTeam _team;
    private readonly double[] _cores;
    private readonly double[] _coreOfNode;
    private readonly Components _components;

    // The component that all rows of a node are in, or −1.
    private readonly int[] _componentOfNode;

    // The nearest place outside the component, −1 while unknown, and its distance or a lower bound of it.
    private readonly int[] _outside;
    private readonly double[] _distances;

    private BoruvkaTree(Points points)
    {
        (_tree, _team) = (new KdTree(points), points.Team);
        _components = new(points.Count);
        (_cores, _coreOfNode) = (new double[points.Count], new double[_tree.Nodes]);
        (_outside, _distances) = (new int[points.Count], new double[points.Count]);
        _componentOfNode = new int[_tree.Nodes];
    }

    /// <summary>The edges of the tree, one less than there are rows.</summary>
    /// <param name="points">At least one row.</param>
    /// <param name="minSamples">Which neighbour's distance is the core distance, 1 for the row itself.</param>
    /// <param name="progress">From 0 to 1.</param>
    public static SpanningEdge[] Build(Points points, int minSamples, IProgress<double>? progress)
    {
        var build = new BoruvkaTree(points);
        build.FindCores(minSamples);
        var edges = new List<SpanningEdge>(points.Count - 1);
        while (edges.Count < points.Count - 1)
        {
            progress?.Report((double)edges.Count / points.Count);
            build.MarkNodes();
            build.Join(build.ShortestEdges(), edges);
        }

        return [.. edges];
    }

    private void FindCores(int minSamples)
    {
        ForPlaces(0, _tree.Count, (from, to) =>
        {
            var (neighbors, distances) = (new int[minSamples], new double[minSamples]);
            for (var place = from; place < to; place++)
            {
                _tree.Nearest(place, neighbors, distances);
                _cores[place] = distances[^1];
                // Nothing is nearer than the own core distance.
                (_outside[place], _distances[place]) = (-1, distances[^1]);
            }
        });
        _tree.ForNodes(
            (node, start, end) => _coreOfNode[node] = Smallest(_cores.AsSpan(start, end - start)),
            (node, left, right) => _coreOfNode[node] = Math.Min(_coreOfNode[left], _coreOfNode[right]));
    }

    private static double Smallest(ReadOnlySpan<double> numbers) =>
        System.Numerics.Tensors.TensorPrimitives.Min(numbers);

    private void MarkNodes() => _tree.ForNodes(
        (node, start, end) =>
        {
            var component = _components.Of(start);
            for (var place = start + 1; place < end; place++)
            {
                component = _components.Of(place) == component ? component : -1;
            }

            _componentOfNode[node] = component;
        },
        (node, left, right) => _componentOfNode[node] =
            _componentOfNode[left] == _componentOfNode[right] ? _componentOfNode[left] : -1);

    // [components] the place whose edge to the outside is the shortest of its component.
    private int[] ShortestEdges()
    {
        var shortest = new int[_tree.Count];
        Array.Fill(shortest, -1);
        for (var place = 0; place < _tree.Count; place++)
        {
            if (_outside[place] >= 0 && _components.Of(_outside[place]) == _components.Of(place))
            {
                _outside[place] = -1;
            }

            Offer(shortest, place);
        }

        for (var start = 0; start < _tree.Count; start += RowsInBatch)
        {
            var end = Math.Min(_tree.Count, start + RowsInBatch);
            ForPlaces(start, end, (from, to) =>
            {
                for (var place = from; place < to; place++)
                {
                    if (_outside[place] < 0)
                    {
                        SearchOutside(place, shortest[_components.Of(place)]);
                    }
                }
            });
            for (var place = start; place < end; place++)
            {
                Offer(shortest, place);
            }
        }

        return shortest;
    }

    private void Offer(int[] shortest, int place)
    {
        ref var best = ref shortest[_components.Of(place)];
        if (_outside[place] >= 0 && (best < 0 || _distances[place] < _distances[best]))
        {
            best = place;
        }
    }

    private void SearchOutside(int place, int shortest)
    {
        var bound = shortest < 0 ? double.PositiveInfinity : _distances[shortest];
        if (_distances[place] < bound)
        {
            var outside = -1;
            Search(0, 0, place, ref outside, ref bound);
            (_outside[place], _distances[place]) = (outside, bound);
        }
    }

    private void Search(int node, double toBox, int place, ref int outside, ref double bound)
    {
        var component = _components.Of(place);
        if (_componentOfNode[node] == component
            || Math.Max(toBox, Math.Max(_cores[place], _coreOfNode[node])) >= bound)
        {
            return;
        }

        if (node >= _tree.FirstLeaf)
        {
            var (start, end) = _tree.Range(node);
            for (var other = start; other < end; other++)
            {
                if (_components.Of(other) == component || _cores[other] >= bound)
                {
                    continue;
                }

                var distance = Math.Max(
                    _tree.SquaredDistance(place, other), Math.Max(_cores[place], _cores[other]));
                (outside, bound) = distance < bound ? (other, distance) : (outside, bound);
            }

            return;
        }

        var (near, far) = (KdTree.Left(node), KdTree.Right(node));
        var (toNear, toFar) = (_tree.SquaredDistanceToBox(place, near), _tree.SquaredDistanceToBox(place, far));
        if (toFar < toNear)
        {
            (near, far, toNear, toFar) = (far, near, toFar, toNear);
        }

        Search(near, toNear, place, ref outside, ref bound);
        Search(far, toFar, place, ref outside, ref bound);
    }

    private void Join(int[] shortest, List<SpanningEdge> edges)
    {
        foreach (var place in shortest)
        {
            // Two components may have taken the same edge, or equal ones in a ring.
            if (place >= 0 && _components.Join(place, _outside[place]))
            {
                edges.Add(new(_tree.Order[place], _tree.Order[_outside[place]], Math.Sqrt(_distances[place])));
            }
        }

        _components.Flatten();
    }

    private void ForPlaces(int start, int end, Action<int, int> action) =>
        _team.Ranges(end - start, RowsInTask, (from, to) => action(start + from, start + to));
}
