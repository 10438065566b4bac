using System.Collections.Concurrent;

namespace Embeddings.Vectors.Index;

/// <summary>
/// Threads for scans, as many as processors, first come, first served. A scan keeps a processor busy for milliseconds to seconds: on the thread pool a few of them
/// would take every thread, and requests that need microseconds would wait for them.
/// </summary>
public static class ScanThreads
{
    private static readonly ConcurrentQueue<IThreadPoolWorkItem> Waiting = new();

    // Not a blocking collection, which takes as long again to wake a thread.
    private static readonly SemaphoreSlim Count = new(0);

    // About 50 microseconds.
    private const int SpinsBeforeSleep = 60;

    static ScanThreads()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(Work) { Name = $"Scan {i}", IsBackground = true }.Start();
        }
    }

    /// <summary>Has something done by the next thread that is free. It must not throw: that would end the process, as on the thread pool.</summary>
    public static void Queue(IThreadPoolWorkItem item)
    {
        Waiting.Enqueue(item);
        Count.Release();
    }

    private static void Work()
    {
        while (true)
        {
            // The next search often comes at once, and to wake a thread takes a tenth of what it does.
            var spinner = new SpinWait();
            while (Count.CurrentCount == 0 && spinner.Count < SpinsBeforeSleep)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }

            Count.Wait();
            if (Waiting.TryDequeue(out var item))
            {
                item.Execute();
            }
        }
    }
}
