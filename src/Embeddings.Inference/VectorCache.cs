using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference;

/// <summary>
/// Vectors by the ids they came from, up to so many bytes: what was asked for least recently goes first. Safe for any number of threads.
/// </summary>
internal sealed class VectorCache(long mostBytes)
{
    // A node, a dictionary's place, two array headers.
    private const int Overhead = 160;

    private readonly Lock _gate = new();
    private readonly Dictionary<int[], LinkedListNode<(int[] Ids, float[] Vector)>> _places = new(IdsComparer.Instance);
    private readonly LinkedList<(int[] Ids, float[] Vector)> _byUse = new();
    private long _bytes;

    /// <summary>Bytes in use.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The vector of some ids, or null.</summary>
    public float[]? Find(int[] ids)
    {
        lock (_gate)
        {
            if (!_places.TryGetValue(ids, out var place))
            {
                return null;
            }

            _byUse.Remove(place);
            _byUse.AddLast(place);
            return place.Value.Vector;
        }
    }

    /// <summary>Remembers a vector, which nobody may change from now on.</summary>
    public void Add(int[] ids, float[] vector)
    {
        var size = Size(ids, vector);
        if (size > mostBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (!_places.ContainsKey(ids))
            {
                _places[ids] = _byUse.AddLast((ids, vector));
                _bytes += size;
            }

            while (_bytes > mostBytes)
            {
                var (oldIds, oldVector) = _byUse.First!.Value;
                _byUse.RemoveFirst();
                _places.Remove(oldIds);
                _bytes -= Size(oldIds, oldVector);
            }
        }
    }

    private static long Size(int[] ids, float[] vector) => (sizeof(int) * ids.Length) + (sizeof(float) * vector.Length) + Overhead;
}
