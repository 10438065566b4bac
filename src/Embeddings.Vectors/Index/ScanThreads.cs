using System.Collections.Concurrent;

namespace Embeddings.Vectors.Index;

/// <summary>
/// Threads for scans, as many as processors, first come, first served. A scan keeps a processor busy for milliseconds to seconds: on the thread pool a few of them
/// would take every thread, and requests that need microseconds would wait for them.
/// </summary>
public static class ScanThreads
{
    private static readonly BlockingCollection<IThreadPoolWorkItem> Waiting = Start();

    /// <summary>Has something done by the next thread that is free. It must not throw: that would end the process, as on the thread pool.</summary>
    public static void Queue(IThreadPoolWorkItem item) => Waiting.Add(item);

    private static BlockingCollection<IThreadPoolWorkItem> Start()
    {
        var waiting = new BlockingCollection<IThreadPoolWorkItem>();
        for (var i = 0; i < Environment.ProcessorCount; i++)
        {
            new Thread(() => Work(waiting)) { Name = $"Scan {i}", IsBackground = true }.Start();
        }

        return waiting;
    }

    private static void Work(BlockingCollection<IThreadPoolWorkItem> waiting)
    {
        foreach (var item in waiting.GetConsumingEnumerable())
        {
            item.Execute();
        }
    }
}
