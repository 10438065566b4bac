using Embeddings.Vectors.Index;

namespace Embeddings.Storage;

/// <summary>
/// Runs scans on <see cref="ScanThreads"/>, of which there are as many as processors, so that they do not hold up short
/// requests on the thread pool. A scan of less than about a millisecond runs on the caller's thread, since a switch to
/// another thread and back would cost more.
/// </summary>
public static class ScanPool
{
    // About a millisecond. A step is one multiplication of a vector's number, or one comparison of a field.
    private const double QuickSteps = 4 << 20;

    /// <summary>Whether a scan takes less than about a millisecond.</summary>
    /// <param name="steps">
    /// Numbers to multiply, or fields to compare. A double, because it is a product of sizes that requests choose and
    /// may exceed any integer.
    /// </param>
    public static bool IsQuick(double steps) => steps < QuickSteps;

    /// <summary>Runs a scan.</summary>
    /// <param name="steps">As for <see cref="IsQuick"/>.</param>
    /// <param name="scan">The scan. It has to check the token itself.</param>
    /// <param name="cancellationToken">Cancels the scan while it waits for a thread.</param>
    public static async Task<T> RunAsync<T>(double steps, Func<T> scan, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (IsQuick(steps))
        {
            return scan();
        }

        var item = new Item<T>(scan);
        ScanThreads.Queue(item);
        // The caller may release what the scan reads, so once a scan has begun, this waits for its end.
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
