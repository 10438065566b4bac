using System.Runtime.ExceptionServices;

namespace Embeddings.Vectors.Index;

/// <summary>
/// Shares work with <see cref="ScanThreads"/> without a wait for a free thread. The caller works, too; helpers join
/// when a thread is free, and a helper that comes too late finds nothing to do. So a busy process has slower searches,
/// but never stuck ones.
/// </summary>
internal sealed class Crew : IThreadPoolWorkItem
{
    private readonly object _lock = new();
    private readonly Action _work;
    private Exception? _failure;
    private int _working;
    private bool _closed;

    private Crew(Action work) => _work = work;

    /// <summary>
    /// Runs <paramref name="work"/> on this thread and on up to <paramref name="helpers"/> others. The work has to
    /// divide itself among its threads, and to return when nothing is left.
    /// </summary>
    public static void Run(Action work, int helpers)
    {
        if (helpers == 0)
        {
            work();
            return;
        }

        var crew = new Crew(work);
        for (var i = 0; i < helpers; i++)
        {
            ScanThreads.Queue(crew);
        }

        try
        {
            work();
        }
        finally
        {
            crew.Close();
        }

        if (crew._failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _working++;
        }

        try
        {
            _work();
        }
        catch (Exception exception)
        {
            _failure = exception;
        }

        lock (_lock)
        {
            _working--;
            Monitor.Pulse(_lock);
        }
    }

    private void Close()
    {
        lock (_lock)
        {
            _closed = true;
            while (_working > 0)
            {
                Monitor.Wait(_lock);
            }
        }
    }
}
