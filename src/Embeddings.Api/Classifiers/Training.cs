using Embeddings.Analysis.Classification;
using Embeddings.Api.Limits;

namespace Embeddings.Api.Classifiers;

/// <summary>
/// Trains classifiers one at a time, beside the requests: on half of the processors, and on threads of its own, so that
/// none of the thread pool's is kept for seconds.
/// </summary>
internal sealed class Training : IDisposable
{
    // A training takes up to some seconds. Who would wait longer than a minute is refused.
    private const int MostWaiting = 16;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _waiting;

    /// <summary>Trains a classifier; from names alone at once, since that takes no time.</summary>
    /// <exception cref="OverloadedException">Too many wait already.</exception>
    public async Task<TrainedClassifier> TrainAsync(
        ExampleVectors examples, double regularization, CancellationToken cancellationToken)
    {
        if (examples.Classes.Length == 0)
        {
            return ClassifierTraining.Train(examples.Examples, cancellationToken: cancellationToken);
        }

        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
            {
                throw new OverloadedException();
            }

            await _gate.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            return await Task.Factory.StartNew(
                () => ClassifierTraining.Train(
                    examples.Examples, regularization, Math.Max(1, Environment.ProcessorCount / 2),
                    cancellationToken: cancellationToken),
                cancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();
}
