using Embeddings.Inference.Scheduling;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// Token ids, [CLS] and [SEP] included → pooled vectors: the queue, the workers and the model behind one seam. Results come in the order of the inputs.
/// Thread-safe.
/// </summary>
internal sealed class SequenceEncoder : IEmbeddingGenerator<int[], Embedding<float>>
{
    private readonly IBatchEncoder _encoder;
    private readonly BatchQueue _queue;
    private readonly WorkerPool _workers;

    /// <param name="encoder">The model, which is disposed with this.</param>
    /// <param name="shape">What batches look like, and how much may wait.</param>
    /// <param name="time">Measures batches.</param>
    /// <param name="logger">Hears of workers that die.</param>
    public SequenceEncoder(IBatchEncoder encoder, BatchQueueSettings shape, TimeProvider time, ILogger logger)
    {
        _encoder = encoder;
        var rate = new TokenRate(shape.Workers, time);
        _queue = new BatchQueue(shape, rate);
        _workers = new WorkerPool(shape.Workers, _queue, encoder, rate, time, logger);
    }

    /// <summary>Tokens that wait or are being run.</summary>
    public long QueuedTokens => _queue.Tokens;

    /// <summary>The threads that run batches.</summary>
    public WorkerPool Workers => _workers;

    /// <inheritdoc cref="BatchQueue.CheckRoom"/>
    public void CheckRoom(long leastTokens) => _queue.CheckRoom(leastTokens);

    /// <inheritdoc/>
    /// <exception cref="EncodingException">Too many tokens wait, or the model failed.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<int[]> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (job, sequences) = _queue.Add([.. values], cancellationToken, options is EncodingOptions { IsBegun: true });
        await job.Completion.ConfigureAwait(false);
        return new GeneratedEmbeddings<Embedding<float>>(sequences.Select(sequence => new Embedding<float>(sequence.Vector)));
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
