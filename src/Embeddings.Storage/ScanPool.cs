using Embeddings.Vectors.Index;

namespace Embeddings.Storage;

/// <summary>
/// Runs scans where they do not hold up short requests: on <see cref="ScanThreads"/>, of which there are as many as
/// processors. One that takes less time than the way to another thread and back runs where it is asked for.
/// </summary>
public static class ScanPool
{
    // About a millisecond: numbers multiplied, or fields compared.
    private const double QuickSteps = 4 << 20;

    /// <summary>Whether a scan of so many steps is worth a thread of its own.</summary>
    /// <param name="steps">
    /// Numbers to multiply, or fields to compare: a product of what requests choose, which no whole number need hold.
    /// </param>
    public static bool IsQuick(double steps) => steps < QuickSteps;

    /// <summary>Runs a scan.</summary>
    /// <param name="steps">As for <see cref="IsQuick"/>.</param>
    /// <param name="scan">The scan, which looks at the token itself.</param>
    /// <param name="cancellationToken">Takes it back while it waits for a thread.</param>
    public static async Task<T> RunAsync<T>(double steps, Func<T> scan, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsQuick(steps))
        {
            return scan();
        }

        var item = new Item<T>(scan);
        ScanThreads.Queue(item);
        // What the scan reads may be released by the caller, so this waits for its end once it has begun.
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Item<T>)state!).TakeBack(token), item);
        return await item.Result;
    }

    private sealed class Item<T>(Func<T> scan) : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource<T> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _begun;

        public Task<T> Result => _result.Task;

        public void TakeBack(CancellationToken cancellationToken)
        {
            if (Interlocked.Exchange(ref _begun, 1) == 0)
            {
                _result.SetCanceled(cancellationToken);
            }
        }

        public void Execute()
        {
            if (Interlocked.Exchange(ref _begun, 1) != 0)
            {
                return;
            }

            try
            {
                _result.SetResult(scan());
            }
            catch (OperationCanceledException exception)
            {
                _result.SetCanceled(exception.CancellationToken);
            }
            catch (Exception exception)
            {
                _result.SetException(exception);
            }
        }
    }
}
