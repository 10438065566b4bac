using Embeddings.Inference.Scheduling;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// Sequences → pooled vectors: the queue, the workers and the model behind one seam. Results come in the order of the
/// inputs. Thread-safe.
/// </summary>
internal sealed class SequenceEncoder : IEmbeddingGenerator<Sequence, Embedding<float>>
{
    private readonly IBatchEncoder _encoder;
    private readonly BatchQueue _queue;
    private readonly WorkerPool _workers;

    /// <param name="encoder">The model, which is disposed with this.</param>
    /// <param name="settings">What batches look like, and how much may wait.</param>
    /// <param name="time">Measures batches.</param>
    /// <param name="logger">Told of workers that die.</param>
    public SequenceEncoder(IBatchEncoder encoder, BatchQueueSettings settings, TimeProvider time, ILogger logger)
    {
        _encoder = encoder;
        var rate = new WorkRate(settings.Workers, time);
        _queue = new BatchQueue(settings, rate);
        _workers = new WorkerPool(settings.Workers, _queue, encoder, rate, time, logger);
    }

    /// <summary>Tokens that wait or are being run.</summary>
    public long QueuedTokens => _queue.Cost;

    /// <summary>The threads that run batches.</summary>
    public WorkerPool Workers => _workers;

    /// <inheritdoc cref="BatchQueue.CheckRoom"/>
    public void CheckRoom(long leastCost) => _queue.CheckRoom(leastCost);

    /// <inheritdoc/>
    /// <exception cref="EncodingException">Too many tokens wait, or the model failed.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<Sequence> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        Sequence[] sequences = [.. values];
        if (sequences.Length == 0)
        {
            return [];
        }

        var (job, items) = _queue.Add(sequences, cancellationToken, options is EncodingOptions { IsBegun: true });
        await job.Completion.ConfigureAwait(false);
        return new GeneratedEmbeddings<Embedding<float>>(items.Select(item => new Embedding<float>(item.Vector)));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Close();
        _workers.Dispose();
        _encoder.Dispose();
    }
}
