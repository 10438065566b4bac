using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The gradient of t-SNE: attraction along the edges of the graph, repulsion by the Barnes–Hut tree (van der Maaten
/// 2014). Eight positions that are neighbours in the tree's order search it together. Nothing is fused, and all sums
/// have a fixed order.
/// </summary>
internal sealed class TsneForces
{
    private const int Lanes = 8;
    private const int GroupsAtOnce = 16;
    private const int RowsAtOnce = 128;

    private readonly int _count;
    private readonly int _dimensions;
    private readonly ThreadTeam _team;
    private readonly BarnesHutTree _tree;
    private readonly int[] _starts;
    private readonly int[] _targets;
    private readonly float[] _weights;
    private readonly float[][] _repulsion;
    private readonly double[] _groupSums;

    /// <param name="graph">How alike vectors are, with sum 1.</param>
    /// <param name="dimensions">2 or 3.</param>
    /// <param name="theta">How far a cell must be to stand for its positions.</param>
    /// <param name="team">Threads that share the positions.</param>
    public TsneForces(NeighborGraph graph, int dimensions, double theta, ThreadTeam team)
    {
        (_count, _dimensions, _team) = (graph.Count, dimensions, team);
        _tree = new BarnesHutTree(_count, dimensions, theta);
        _repulsion = [.. Enumerable.Range(0, dimensions).Select(_ => new float[_count])];
        _groupSums = new double[(_count + Lanes - 1) / Lanes];
        _starts = new int[_count + 1];
        for (var i = 0; i < _count; i++)
        {
            _starts[i + 1] = _starts[i] + ((graph.Starts[i + 1] - graph.Starts[i] + Lanes - 1) / Lanes * Lanes);
        }

        // Whole registers; an edge that is missing has no weight.
        (_targets, _weights) = (new int[_starts[_count]], new float[_starts[_count]]);
        for (var i = 0; i < _count; i++)
        {
            graph.TargetsOf(i).CopyTo(_targets.AsSpan(_starts[i]));
            graph.WeightsOf(i).CopyTo(_weights.AsSpan(_starts[i]));
        }
    }

    /// <summary>Σ 1 / (1 + distance²) over all ordered pairs, of the positions of the last gradient.</summary>
    public double Normalisation { get; private set; }

    /// <summary>A quarter of the gradient of the divergence.</summary>
    /// <param name="positions">[dimensions][count]</param>
    /// <param name="exaggeration">What the attraction is multiplied by.</param>
    /// <param name="gradient">[dimensions][count]</param>
    public void Gradient(float[][] positions, float exaggeration, float[][] gradient)
    {
        _tree.Build(positions);
        _team.Ranges(_groupSums.Length, GroupsAtOnce, Repel);
        var sum = 0.0;
        foreach (var part in _groupSums)
        {
            sum += part;
        }

        // Each position has met itself, at distance 0.
        Normalisation = Math.Max(sum - _count, 1e-12);
        var scale = (float)(1 / Normalisation);
        _team.Ranges(_count, RowsAtOnce, (from, to) =>
        {
            for (var i = from; i < to; i++)
            {
                Attract(positions, i, exaggeration, scale, gradient);
            }
        });
    }

    /// <summary>Kullback and Leibler's divergence of the positions of the last gradient.</summary>
    /// <param name="positions">[dimensions][count]</param>
    public double Divergence(float[][] positions) => _team.Sum(_count, RowsAtOnce, (from, to) =>
    {
        var sum = 0.0;
        for (var i = from; i < to; i++)
        {
            for (var edge = _starts[i]; edge < _starts[i + 1]; edge++)
            {
                var square = 0.0;
                for (var d = 0; d < _dimensions; d++)
                {
                    var difference = (double)positions[d][i] - positions[d][_targets[edge]];
                    square += difference * difference;
                }

                double weight = _weights[edge];
                sum += weight > 0 ? weight * PortableMath.Log(weight * (1 + square) * Normalisation) : 0;
            }
        }

        return sum;
    });

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Repel(int fromGroup, int toGroup)
    {
        var three = _dimensions == 3;
        var (sortedX, sortedY, sortedZ) = (_tree.Sorted[0], _tree.Sorted[1], _tree.Sorted[three ? 2 : 1]);
        ref var cells = ref MemoryMarshal.GetArrayDataReference(_tree.Cells);
        Span<float> lanes = stackalloc float[Lanes * 4];
        for (var group = fromGroup; group < toGroup; group++)
        {
            var (first, size) = (group * Lanes, Math.Min(Lanes, _count - (group * Lanes)));
            lanes.Clear();
            sortedX.AsSpan(first, size).CopyTo(lanes);
            sortedY.AsSpan(first, size).CopyTo(lanes[Lanes..]);
            sortedZ.AsSpan(first, size).CopyTo(lanes[(2 * Lanes)..]);
            var (x, y, z) = (Load(lanes, 0), Load(lanes, 1), Load(lanes, 2));
            var sum = Vector256<float>.Zero;
            var (forceX, forceY, forceZ) = (sum, sum, sum);
            // The cell from which each lane looks again: those within a far cell are not for it.
            var resume = Vector256.GreaterThanOrEqual(Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7), Vector256.Create(size))
                & Vector256.Create(int.MaxValue);
            for (var index = 0; index < _tree.CellCount;)
            {
                ref var cell = ref Unsafe.Add(ref cells, index);
                var (dx, dy) = (x - Vector256.Create(cell.X), y - Vector256.Create(cell.Y));
                var square = (dx * dx) + (dy * dy);
                var dz = Vector256<float>.Zero;
                if (three)
                {
                    dz = z - Vector256.Create(cell.Z);
                    square += dz * dz;
                }

                var active = Vector256.LessThanOrEqual(resume, Vector256.Create(index));
                var far = Vector256.GreaterThan(square, Vector256.Create(cell.FarFrom)).AsInt32() & active;
                if (far != Vector256<int>.Zero)
                {
                    var q = Vector256<float>.One / (Vector256<float>.One + square);
                    var mass = Vector256.Create(cell.Mass) * q & far.AsSingle();
                    sum += mass;
                    mass *= q;
                    forceX += mass * dx;
                    forceY += mass * dy;
                    forceZ += mass * dz;
                }

                var near = Vector256.AndNot(active, far);
                if (near == Vector256<int>.Zero)
                {
                    index = cell.Skip;
                    continue;
                }

                if (!cell.IsLeaf)
                {
                    resume = Vector256.ConditionalSelect(far, Vector256.Create(cell.Skip), resume);
                    index++;
                    continue;
                }

                for (var place = cell.From; place < cell.To; place++)
                {
                    (dx, dy) = (x - Vector256.Create(sortedX[place]), y - Vector256.Create(sortedY[place]));
                    square = (dx * dx) + (dy * dy);
                    if (three)
                    {
                        dz = z - Vector256.Create(sortedZ[place]);
                        square += dz * dz;
                    }

                    var q = Vector256<float>.One / (Vector256<float>.One + square);
                    sum += q & near.AsSingle();
                    q = q * q & near.AsSingle();
                    forceX += q * dx;
                    forceY += q * dy;
                    forceZ += q * dz;
                }

                index = cell.Skip;
            }

            forceX.CopyTo(lanes);
            forceY.CopyTo(lanes[Lanes..]);
            forceZ.CopyTo(lanes[(2 * Lanes)..]);
            sum.CopyTo(lanes[(3 * Lanes)..]);
            Scatter(group, first, size, lanes);
        }
    }

    private void Scatter(int group, int first, int size, ReadOnlySpan<float> lanes)
    {
        var total = 0.0;
        for (var lane = 0; lane < size; lane++)
        {
            for (var d = 0; d < _dimensions; d++)
            {
                _repulsion[d][_tree.Order[first + lane]] = lanes[(d * Lanes) + lane];
            }

            total += lanes[(3 * Lanes) + lane];
        }

        _groupSums[group] = total;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Attract(float[][] positions, int i, float exaggeration, float scale, float[][] gradient)
    {
        var three = _dimensions == 3;
        var (x, y, z) = (positions[0], positions[1], positions[three ? 2 : 1]);
        var (ownX, ownY, ownZ) = (Vector256.Create(x[i]), Vector256.Create(y[i]), Vector256.Create(z[i]));
        var (forceX, forceY, forceZ) = (Vector256<float>.Zero, Vector256<float>.Zero, Vector256<float>.Zero);
        ref var targets = ref MemoryMarshal.GetArrayDataReference(_targets);
        for (var edge = _starts[i]; edge < _starts[i + 1]; edge += Lanes)
        {
            ref var target = ref Unsafe.Add(ref targets, edge);
            var (dx, dy) = (ownX - Gather(x, ref target), ownY - Gather(y, ref target));
            var square = (dx * dx) + (dy * dy);
            var dz = Vector256<float>.Zero;
            if (three)
            {
                dz = ownZ - Gather(z, ref target);
                square += dz * dz;
            }

            var q = Vector256.LoadUnsafe(in _weights[0], (nuint)edge) / (Vector256<float>.One + square);
            forceX += q * dx;
            forceY += q * dy;
            forceZ += q * dz;
        }

        gradient[0][i] = (exaggeration * Total(forceX)) - (scale * _repulsion[0][i]);
        gradient[1][i] = (exaggeration * Total(forceY)) - (scale * _repulsion[1][i]);
        if (three)
        {
            gradient[2][i] = (exaggeration * Total(forceZ)) - (scale * _repulsion[2][i]);
        }
    }

    private static Vector256<float> Load(ReadOnlySpan<float> lanes, int register) =>
        Vector256.LoadUnsafe(in MemoryMarshal.GetReference(lanes), (nuint)(register * Lanes));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Gather(float[] column, ref int targets)
    {
        ref var source = ref MemoryMarshal.GetArrayDataReference(column);
        return Vector256.Create(
            Unsafe.Add(ref source, targets), Unsafe.Add(ref source, Unsafe.Add(ref targets, 1)),
            Unsafe.Add(ref source, Unsafe.Add(ref targets, 2)), Unsafe.Add(ref source, Unsafe.Add(ref targets, 3)),
            Unsafe.Add(ref source, Unsafe.Add(ref targets, 4)), Unsafe.Add(ref source, Unsafe.Add(ref targets, 5)),
            Unsafe.Add(ref source, Unsafe.Add(ref targets, 6)), Unsafe.Add(ref source, Unsafe.Add(ref targets, 7)));
    }

    // Halved step by step, since the order of Vector256.Sum depends on the processor's width.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Total(Vector256<float> sum)
    {
        var half = sum.GetLower() + sum.GetUpper();
        return (half[0] + half[2]) + (half[1] + half[3]);
    }
}
