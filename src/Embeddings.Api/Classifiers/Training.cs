using Embeddings.Analysis.Classification;
using Embeddings.Api.Jobs;
using Embeddings.Api.Limits;

namespace Embeddings.Api.Classifiers;

/// <summary>Trains classifiers one at a time, and not beside a job.</summary>
internal sealed class Training(JobQueue jobs)
{
    // A training takes up to some seconds. A request that would wait longer than a minute is refused.
    private const int MostWaiting = 16;

    // So many examples are trained in less than a second.
    private const int MostShort = 1000;

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
            // One of them trains.
            if (Interlocked.Increment(ref _waiting) > MostWaiting + 1)
            {
                throw new OverloadedException();
            }

            return await jobs.InTurnAsync(
                () => ClassifierTraining.Train(
                    examples.Examples, regularization, Math.Max(1, Environment.ProcessorCount / 2),
                    cancellationToken: cancellationToken),
                examples.Classes.Length <= MostShort,
                cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
