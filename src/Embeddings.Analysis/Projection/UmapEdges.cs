using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Embeddings.Analysis.Projection;

/// <summary>
/// The edges that attract each vertex, and how often: an edge of frequency f is due in epoch e when ⌊f·e⌋ has grown.
/// Vertices are ordered by the number of edges that are due in an epoch, so that the eight vertices that move together
/// have about as many. Each vertex' edges fill whole registers; those that are missing have frequency 0.
/// </summary>
internal sealed class UmapEdges
{
    /// <summary>Vertices that move together, and edges that are looked at together.</summary>
    public const int Lanes = 8;

    private readonly int[] _starts;
    private readonly int[] _targets;
    private readonly float[] _frequencies;

    /// <param name="starts">[vertices + 1], where the edges of each vertex begin.</param>
    /// <param name="targets">[edges]</param>
    /// <param name="weights">[edges]; the heaviest edge is due in every epoch.</param>
    /// <param name="within">Whether targets are vertices themselves, and get their new numbers.</param>
    public UmapEdges(int[] starts, int[] targets, float[] weights, bool within)
    {
        Count = starts.Length - 1;
        var heaviest = weights.Length == 0 ? 1 : weights.Max();
        var load = new float[Count];
        for (var vertex = 0; vertex < Count; vertex++)
        {
            // Negative, so that the busiest vertices come first.
            for (var edge = starts[vertex]; edge < starts[vertex + 1]; edge++)
            {
                load[vertex] -= weights[edge];
            }
        }

        Order = [.. Enumerable.Range(0, Count).OrderBy(vertex => load[vertex])];
        var places = new int[Count];
        _starts = new int[Count + 1];
        for (var place = 0; place < Count; place++)
        {
            places[Order[place]] = place;
            var degree = starts[Order[place] + 1] - starts[Order[place]];
            MostEdges = Math.Max(MostEdges, degree);
            _starts[place + 1] = _starts[place] + ((degree + Lanes - 1) / Lanes * Lanes);
        }

        (_targets, _frequencies) = (new int[_starts[Count]], new float[_starts[Count]]);
        for (var place = 0; place < Count; place++)
        {
            var first = starts[Order[place]];
            for (var edge = first; edge < starts[Order[place] + 1]; edge++)
            {
                _targets[_starts[place] + edge - first] = within ? places[targets[edge]] : targets[edge];
                _frequencies[_starts[place] + edge - first] = weights[edge] / heaviest;
            }
        }
    }

    public int Count { get; }

    /// <summary>The most edges of a vertex.</summary>
    public int MostEdges { get; }

    /// <summary>[Count], the vertex at each place.</summary>
    public int[] Order { get; }

    /// <summary>
    /// The targets that attract the vertex at a place in an epoch: written every eighth number, and counted.
    /// </summary>
    /// <param name="place">Of the vertex.</param>
    /// <param name="epoch">At least 1.</param>
    /// <param name="due">Room for 8 · <see cref="MostEdges"/> − 7 numbers.</param>
    public int Due(int place, int epoch, Span<int> due)
    {
        var (now, before) = (Vector256.Create((float)epoch), Vector256.Create(epoch - 1f));
        var count = 0;
        for (var edge = _starts[place]; edge < _starts[place + 1]; edge += Lanes)
        {
            var frequency = Vector256.LoadUnsafe(in MemoryMarshal.GetArrayDataReference(_frequencies), (nuint)edge);
            var grown = Vector256.GreaterThan(Vector256.Floor(frequency * now), Vector256.Floor(frequency * before));
            for (var lanes = grown.ExtractMostSignificantBits(); lanes != 0; lanes &= lanes - 1)
            {
                due[count++ * Lanes] = _targets[edge + BitOperations.TrailingZeroCount(lanes)];
            }
        }

        return count;
    }
}
