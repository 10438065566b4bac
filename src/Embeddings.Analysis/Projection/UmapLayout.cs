using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The stochastic gradient descent of UMAP (McInnes, Healy and Melville 2018, section 3.2): each edge pulls its ends
/// together as often as its weight says, and each pull comes with five pushes from random vertices. A vertex moves only
/// itself, and reads the others as they were before the step; random numbers are functions of the epoch, the vertex and
/// the pull. So the layout has the same bits for any number of threads. An edge stands in the rows of both its ends,
/// and umap-learn moves both ends each time: here each row moves its own vertex twice.
/// </summary>
internal sealed class UmapLayout
{
    private const int Lanes = UmapEdges.Lanes;
    private const int Pushes = 5;

    // An epoch in so many steps, so that positions are at most an eighth of an epoch old. In one step, neighbours that
    // move at the same time overshoot, and the map is less faithful. Of few vertices most are neighbours.
    private const int Steps = 8;
    private const int StepsOfFew = 16;
    private const int FewGroups = 256;

    // Up to as many groups a step are not worth waiting for another thread.
    private const int GroupsAtOnce = 8;

    private readonly UmapEdges _edges;
    private readonly UmapForces _forces;
    private readonly int _dimensions;
    private readonly int _pulls;
    private readonly float[][] _others;
    private readonly int _otherCount;
    private readonly float[][] _positions;
    private readonly float[][] _moved;
    private readonly uint _seed;
    private readonly int _steps;

    private UmapLayout(
        UmapEdges edges, float[] start, float[]? fitted, int dimensions, UmapCurve curve, ulong seed)
    {
        (_edges, _forces, _dimensions) = (edges, new UmapForces(curve), dimensions);
        _seed = (uint)new CounterRandom(seed).Bits(1, 0);
        _steps = edges.Count < FewGroups * Lanes ? StepsOfFew : Steps;
        _positions = Columns(start, edges.Order, dimensions);
        _moved = [.. _positions.Select(column => (float[])column.Clone())];
        _pulls = fitted is null ? 2 : 1;
        _otherCount = fitted is null ? edges.Count : fitted.Length / dimensions;
        _others = fitted is null ? _positions : Columns(fitted, [.. Enumerable.Range(0, _otherCount)], dimensions);
    }

    /// <summary>Lays out the vertices of a graph.</summary>
    /// <param name="graph">Who attracts whom.</param>
    /// <param name="start">[count, dimensions]</param>
    /// <param name="dimensions">Coordinates of a position.</param>
    /// <param name="epochs">Rounds.</param>
    /// <param name="curve">How alike positions are.</param>
    /// <param name="seed">Of the pushes.</param>
    /// <param name="team">Threads that share the vertices.</param>
    /// <param name="progress">Told the part of the epochs that is done.</param>
    /// <returns>[count, dimensions]</returns>
    public static float[] Fit(
        NeighborGraph graph, float[] start, int dimensions, int epochs, UmapCurve curve, ulong seed, ThreadTeam team,
        Progress progress)
    {
        var edges = new UmapEdges(graph.Starts, graph.Targets, graph.Weights, within: true);
        return new UmapLayout(edges, start, null, dimensions, curve, seed).Run(epochs, 1, team, progress);
    }

    /// <summary>Places new vertices among fitted ones, which do not move.</summary>
    /// <param name="edges">From new vertices to fitted ones.</param>
    /// <param name="start">Of the new vertices [count, dimensions].</param>
    /// <param name="fitted">[fitted, dimensions]</param>
    /// <param name="dimensions">Coordinates of a position.</param>
    /// <param name="epochs">Rounds.</param>
    /// <param name="curve">How alike positions are.</param>
    /// <param name="seed">Of the pushes.</param>
    /// <param name="team">Threads that share the vertices.</param>
    /// <returns>[count, dimensions]</returns>
    public static float[] Place(
        UmapEdges edges, float[] start, float[] fitted, int dimensions, int epochs, UmapCurve curve, ulong seed,
        ThreadTeam team) =>
        // A quarter of the first steps, as umap-learn: the start is good already.
        new UmapLayout(edges, start, fitted, dimensions, curve, seed).Run(epochs, 0.25f, team, Progress.Of(null));

    private float[] Run(int epochs, float rate, ThreadTeam team, Progress progress)
    {
        var groups = (_edges.Count + Lanes - 1) / Lanes;
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            var alpha = rate * (1 - ((epoch - 1f) / epochs));
            for (var step = 0; step < _steps; step++)
            {
                var (first, mine) = (step, (groups - step + _steps - 1) / _steps);
                team.Ranges(mine, GroupsAtOnce, (from, to) => Move(first, from, to, epoch, alpha));
                for (var group = first; group < groups; group += _steps)
                {
                    for (var d = 0; d < _dimensions; d++)
                    {
                        _moved[d].AsSpan(group * Lanes, Lanes).CopyTo(_positions[d].AsSpan(group * Lanes));
                    }
                }
            }

            progress.Add(1.0 / epochs);
        }

        return Rows();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Move(int step, int from, int to, int epoch, float alpha)
    {
        Span<Vector256<float>> position = stackalloc Vector256<float>[_dimensions];
        Span<Vector256<float>> difference = stackalloc Vector256<float>[_dimensions];
        Span<Vector256<float>> push = stackalloc Vector256<float>[_dimensions];
        Span<int> counts = stackalloc int[Lanes];
        var due = ArrayPool<int>.Shared.Rent(Math.Max(1, _edges.MostEdges) * Lanes);
        for (var i = from; i < to; i++)
        {
            var first = ((i * _steps) + step) * Lanes;
            var most = Due(first, epoch, due, counts);
            var lanes = Vector256.Create(first) + Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
            var ofEpoch = Vector256.Create(_seed + ((uint)epoch * 0x85EBCA6Bu));
            var random = Hash((lanes.AsUInt32() * Vector256.Create(0x9E3779B9u)) + ofEpoch);
            for (var d = 0; d < _dimensions; d++)
            {
                position[d] = Vector256.LoadUnsafe(in _positions[d][0], (nuint)first);
            }

            for (var turn = 0; turn < most; turn++)
            {
                var active = Vector256.GreaterThan(Vector256.Create<int>(counts), Vector256.Create(turn));
                Pull(due.AsSpan(turn * Lanes, Lanes), active, alpha, position, difference);
                Push(random, turn * Pushes, lanes, active, alpha, position, difference, push);
            }

            for (var d = 0; d < _dimensions; d++)
            {
                position[d].StoreUnsafe(ref _moved[d][0], (nuint)first);
            }
        }

        ArrayPool<int>.Shared.Return(due);
    }

    private int Due(int first, int epoch, int[] due, Span<int> counts)
    {
        var most = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            counts[lane] = first + lane < _edges.Count ? _edges.Due(first + lane, epoch, due.AsSpan(lane)) : 0;
            most = Math.Max(most, counts[lane]);
        }

        // What is left of another group is never read: lanes without a turn read vertex 0.
        for (var lane = 0; lane < Lanes; lane++)
        {
            for (var turn = counts[lane]; turn < most; turn++)
            {
                due[(turn * Lanes) + lane] = 0;
            }
        }

        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Pull(
        ReadOnlySpan<int> targets, Vector256<int> active, float alpha, Span<Vector256<float>> position,
        Span<Vector256<float>> difference)
    {
        Span<Vector256<float>> other = stackalloc Vector256<float>[_dimensions];
        Gather(targets, other);
        for (var pull = 0; pull < _pulls; pull++)
        {
            var square = Vector256<float>.Zero;
            for (var d = 0; d < other.Length; d++)
            {
                difference[d] = position[d] - other[d];
                square += difference[d] * difference[d];
            }

            var force = _forces.Attraction(square);
            for (var d = 0; d < other.Length; d++)
            {
                var step = UmapForces.Clipped(force * difference[d]) & active.AsSingle();
                position[d] += Vector256.Create(alpha) * step;
            }
        }
    }

    // The pushes of one turn all start from the same position, so the processor works on them side by side.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Push(
        Vector256<uint> random, int number, Vector256<int> lanes, Vector256<int> active, float alpha,
        Span<Vector256<float>> position, Span<Vector256<float>> difference, Span<Vector256<float>> push)
    {
        Span<int> targets = stackalloc int[Lanes];
        Span<Vector256<float>> other = stackalloc Vector256<float>[_dimensions];
        push.Clear();
        for (var i = 0; i < Pushes; i++)
        {
            var chosen = Below(Hash(random + Vector256.Create((uint)(number + i) * 0xC2B2AE35u)));
            chosen.CopyTo(targets);
            Gather(targets, other);
            var square = Vector256<float>.Zero;
            for (var d = 0; d < other.Length; d++)
            {
                difference[d] = position[d] - other[d];
                square += difference[d] * difference[d];
            }

            var force = _forces.Repulsion(square);
            var mask = _pulls == 1 ? active : Vector256.AndNot(active, Vector256.Equals(chosen, lanes));
            for (var d = 0; d < other.Length; d++)
            {
                push[d] += UmapForces.Clipped(force * difference[d]) & mask.AsSingle();
            }
        }

        for (var d = 0; d < other.Length; d++)
        {
            position[d] += Vector256.Create(alpha) * push[d];
        }
    }

    // 24 random bits scaled to the number of vertices; its bias is at most their number / 2²⁴.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Below(Vector256<uint> random)
    {
        var fraction = Vector256.ConvertToSingle((random >>> 8).AsInt32()) * Vector256.Create(_otherCount / 16777216f);
        return Vector256.Min(Vector256.ConvertToInt32Native(fraction), Vector256.Create(_otherCount - 1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Gather(ReadOnlySpan<int> targets, Span<Vector256<float>> other)
    {
        for (var d = 0; d < other.Length; d++)
        {
            ref var column = ref MemoryMarshal.GetArrayDataReference(_others[d]);
            other[d] = Vector256.Create(
                Unsafe.Add(ref column, targets[0]), Unsafe.Add(ref column, targets[1]),
                Unsafe.Add(ref column, targets[2]), Unsafe.Add(ref column, targets[3]),
                Unsafe.Add(ref column, targets[4]), Unsafe.Add(ref column, targets[5]),
                Unsafe.Add(ref column, targets[6]), Unsafe.Add(ref column, targets[7]));
        }
    }

    // Wellons' lowbias32: a permutation of 32 bits in which each bit of the input changes half of the output.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Hash(Vector256<uint> x)
    {
        x = (x ^ (x >>> 16)) * Vector256.Create(0x7FEB352Du);
        x = (x ^ (x >>> 15)) * Vector256.Create(0x846CA68Bu);
        return x ^ (x >>> 16);
    }

    private static float[][] Columns(float[] rows, int[] order, int dimensions)
    {
        var columns = new float[dimensions][];
        for (var d = 0; d < dimensions; d++)
        {
            columns[d] = new float[(order.Length + Lanes - 1) / Lanes * Lanes];
            for (var place = 0; place < order.Length; place++)
            {
                columns[d][place] = rows[(order[place] * dimensions) + d];
            }
        }

        return columns;
    }

    private float[] Rows()
    {
        var rows = new float[_edges.Count * _dimensions];
        for (var place = 0; place < _edges.Count; place++)
        {
            for (var d = 0; d < _dimensions; d++)
            {
                rows[(_edges.Order[place] * _dimensions) + d] = _positions[d][place];
            }
        }

        return rows;
    }
}
