using Embeddings.Inference.Scheduling;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace Embeddings.Inference;

/// <summary>
/// Token ids, [CLS] and [SEP] included → pooled vectors: the queue, the lanes and the model behind one seam. Results come in the order of the inputs.
/// Thread-safe.
/// </summary>
internal sealed class SequenceEncoder : IEmbeddingGenerator<int[], Embedding<float>>
{
    private readonly IBatchEncoder _encoder;
    private readonly TokenQueue _queue;
    private readonly LanePool _lanes;

    /// <param name="encoder">The model, which is disposed with this.</param>
    /// <param name="shape">What batches look like, and how much may wait.</param>
    /// <param name="time">Measures batches.</param>
    /// <param name="logger">Hears of lanes that die.</param>
    public SequenceEncoder(IBatchEncoder encoder, QueueShape shape, TimeProvider time, ILogger logger)
    {
        _encoder = encoder;
        var rate = new TokenRate(shape.Lanes, time);
        _queue = new TokenQueue(shape, rate);
        _lanes = new LanePool(shape.Lanes, _queue, encoder, rate, time, logger);
    }

    /// <summary>Tokens that wait or are being run.</summary>
    public long QueuedTokens => _queue.Tokens;

    /// <summary>The threads that run batches.</summary>
    public LanePool Lanes => _lanes;

    /// <inheritdoc cref="TokenQueue.CheckRoom"/>
    public void CheckRoom(long leastTokens) => _queue.CheckRoom(leastTokens);

    /// <inheritdoc/>
    /// <exception cref="EncodingException">Too many tokens wait, or the model failed.</exception>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<int[]> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        var (job, windows) = _queue.Add([.. values], cancellationToken, options is EncodingOptions { IsBegun: true });
        await job.Completion.ConfigureAwait(false);
        return new GeneratedEmbeddings<Embedding<float>>(windows.Select(window => new Embedding<float>(window.Vector)));
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is null && serviceType.IsInstanceOfType(this) ? this : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _queue.Close();
        _lanes.Dispose();
        _encoder.Dispose();
    }
}
