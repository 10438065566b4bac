using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Embeddings.Vectors.Index;

/// <summary>
/// Threads for scans, as many as processors, first come, first served. A scan keeps a processor busy for milliseconds
/// to seconds: on the thread pool a few of them would take every thread, and requests that need microseconds would wait
/// for them.
/// </summary>
public static class ScanThreads
{
    // About 50 microseconds.
    private const int SpinsBeforeSleep = 60;

    private static readonly ConcurrentQueue<IThreadPoolWorkItem> Waiting = new();

    // Not a blocking collection, which takes as long again to wake a thread.
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
    /// Has something done by the next thread that is free. It must not throw: that would end the process, as on the
    /// thread pool.
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

    // The next search often comes at once, and to wake a thread takes a tenth of what it does. One thread that looks
    // out for it is enough: more would take the processors from those who search.
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

        // Before the last look: who queued something meanwhile has called nobody.
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
