using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Embeddings.Vectors.Index;

/// <summary>
/// Threads for scans, as many as processors; scans are served in the order of their arrival. A scan keeps a processor
/// busy for milliseconds to seconds. On the thread pool a few scans would take every thread, and requests that need
/// microseconds would wait for them.
/// </summary>
public static class ScanThreads
{
    // About 50 microseconds.
    private const int SpinsBeforeSleep = 60;

    private static readonly ConcurrentQueue<IThreadPoolWorkItem> Waiting = new();

    // Not a BlockingCollection, which takes twice as long to wake a thread.
    private static readonly SemaphoreSlim Calls = new(0);

    private static int _spinning;

    static ScanThreads()
    {
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(Work) { Name = $"Scan {i}", IsBackground = true }.Start();
        }
    }

    /// <summary>
    /// Queues work for the next free thread. The work must not throw: as on the thread pool, that would end the
    /// process.
    /// </summary>
    public static void Queue(IThreadPoolWorkItem item)
    {
        Waiting.Enqueue(item);
        Interlocked.MemoryBarrier();
        if (_spinning == 0)
        {
            Wake();
        }
    }

    private static void Work()
    {
        while (true)
        {
            if (Waiting.TryDequeue(out var item) || TrySpin(out item))
            {
                if (!Waiting.IsEmpty)
                {
                    Wake();
                }

                item.Execute();
            }
            else
            {
                Calls.Wait();
            }
        }
    }

    // The next search often comes at once, and to wake a thread takes a tenth of its time. So one idle thread spins for
    // a while. More would take processors from the searches.
    private static bool TrySpin([NotNullWhen(true)] out IThreadPoolWorkItem? item)
    {
        item = null;
        if (Interlocked.Exchange(ref _spinning, 1) != 0)
        {
            return false;
        }

        for (var spinner = new SpinWait(); Waiting.IsEmpty && spinner.Count < SpinsBeforeSleep;)
        {
            spinner.SpinOnce(sleep1Threshold: -1);
        }

        // Before the last dequeue: whoever has queued work while this thread was spinning has woken nobody.
        Interlocked.Exchange(ref _spinning, 0);
        return Waiting.TryDequeue(out item);
    }

    private static void Wake()
    {
        if (Calls.CurrentCount < Environment.ProcessorCount)
        {
            Calls.Release();
        }
    }
}
