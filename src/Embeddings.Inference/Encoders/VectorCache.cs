using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// Remembers the vectors of another generator by the token ids they came from, up to a number of bytes. The least recently used vector is forgotten
/// first. Only ids without a remembered vector reach the other generator. Thread-safe.
/// </summary>
/// <param name="inner">Makes the vectors; it is disposed with this.</param>
/// <param name="mostBytes">Bytes that ids, vectors and bookkeeping may take together.</param>
internal sealed class VectorCache(IEmbeddingGenerator<int[], Embedding<float>> inner, long mostBytes)
    : DelegatingEmbeddingGenerator<int[], Embedding<float>>(inner)
{
    // Bytes of an entry beside its numbers: a list node, a dictionary slot, two array headers.
    private const int Overhead = 160;

    private readonly Lock _gate = new();
    private readonly Dictionary<int[], LinkedListNode<(int[] Ids, ReadOnlyMemory<float> Vector)>> _nodes = new(IdsComparer.Instance);
    private readonly LinkedList<(int[] Ids, ReadOnlyMemory<float> Vector)> _byUse = new();
    private long _bytes;
    private long _hits;
    private long _misses;

    /// <summary>Bytes in use.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Inputs whose vector was remembered.</summary>
    public long Hits => Volatile.Read(ref _hits);

    /// <summary>Inputs whose vector was not.</summary>
    public long Misses => Volatile.Read(ref _misses);

    /// <inheritdoc/>
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<int[]> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        int[][] inputs = [.. values];
        var embeddings = new Embedding<float>[inputs.Length];
        var missing = new List<int>();
        for (var i = 0; i < inputs.Length; i++)
        {
            if (Find(inputs[i]) is { } vector)
            {
                embeddings[i] = new Embedding<float>(vector);
            }
            else
            {
                missing.Add(i);
            }
        }

        Interlocked.Add(ref _hits, inputs.Length - missing.Count);
        Interlocked.Add(ref _misses, missing.Count);
        if (missing.Count > 0)
        {
            var made = await base.GenerateAsync(missing.Select(i => inputs[i]), options, cancellationToken).ConfigureAwait(false);
            for (var i = 0; i < missing.Count; i++)
            {
                embeddings[missing[i]] = made[i];
                Add(inputs[missing[i]], made[i].Vector);
            }
        }

        return new GeneratedEmbeddings<Embedding<float>>(embeddings);
    }

    private ReadOnlyMemory<float>? Find(int[] ids)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(ids, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Vector;
        }
    }

    private void Add(int[] ids, ReadOnlyMemory<float> vector)
    {
        var size = Size(ids, vector);
        if (size > mostBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (!_nodes.ContainsKey(ids))
            {
                _nodes[ids] = _byUse.AddLast((ids, vector));
                _bytes += size;
            }

            while (_bytes > mostBytes)
            {
                var (oldIds, oldVector) = _byUse.First!.Value;
                _byUse.RemoveFirst();
                _nodes.Remove(oldIds);
                _bytes -= Size(oldIds, oldVector);
            }
        }
    }

    private static long Size(int[] ids, ReadOnlyMemory<float> vector) => (sizeof(int) * ids.Length) + (sizeof(float) * vector.Length) + Overhead;
}
