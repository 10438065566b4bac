using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// Remembers the vectors of another generator by the token ids they came from, up to a number of bytes. The least
/// recently used vector is forgotten first. Only ids without a remembered vector reach the other generator.
/// Thread-safe.
/// </summary>
/// <param name="inner">Makes the vectors; it is disposed with this.</param>
/// <param name="mostBytes">Bytes that ids, vectors and bookkeeping may take together.</param>
internal sealed class VectorCache(IEmbeddingGenerator<Sequence, Embedding<float>> inner, long mostBytes)
    : DelegatingEmbeddingGenerator<Sequence, Embedding<float>>(inner)
{
    // Bytes of an entry beside its numbers: a list node, a dictionary slot, a sequence, two array headers.
    private const int Overhead = 192;

    private readonly Lock _gate = new();
    private readonly Dictionary<Sequence, LinkedListNode<(Sequence Sequence, ReadOnlyMemory<float> Vector)>> _nodes = [];
    private readonly LinkedList<(Sequence Sequence, ReadOnlyMemory<float> Vector)> _byUse = new();
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
        IEnumerable<Sequence> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        Sequence[] inputs = [.. values];
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
            var made = await base.GenerateAsync(missing.Select(i => inputs[i]), options, cancellationToken)
                .ConfigureAwait(false);
            for (var i = 0; i < missing.Count; i++)
            {
                embeddings[missing[i]] = made[i];
                Add(inputs[missing[i]], made[i].Vector);
            }
        }

        return new GeneratedEmbeddings<Embedding<float>>(embeddings);
    }

    private ReadOnlyMemory<float>? Find(Sequence sequence)
    {
        lock (_gate)
        {
            if (!_nodes.TryGetValue(sequence, out var node))
            {
                return null;
            }

            _byUse.Remove(node);
            _byUse.AddLast(node);
            return node.Value.Vector;
        }
    }

    private void Add(Sequence sequence, ReadOnlyMemory<float> vector)
    {
        var size = Size(sequence, vector);
        if (size > mostBytes)
        {
            return;
        }

        lock (_gate)
        {
            if (!_nodes.ContainsKey(sequence))
            {
                _nodes[sequence] = _byUse.AddLast((sequence, vector));
                _bytes += size;
            }

            while (_bytes > mostBytes)
            {
                var (oldSequence, oldVector) = _byUse.First!.Value;
                _byUse.RemoveFirst();
                _nodes.Remove(oldSequence);
                _bytes -= Size(oldSequence, oldVector);
            }
        }
    }

    private static long Size(Sequence sequence, ReadOnlyMemory<float> vector) =>
        (sizeof(int) * sequence.Length) + (sizeof(float) * vector.Length) + Overhead;
}
