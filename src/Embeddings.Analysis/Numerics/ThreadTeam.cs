using System.Runtime.ExceptionServices;

namespace Embeddings.Analysis.Numerics;

/// <summary>
/// Threads of its own, with the calling one among them, that share the chunks of loops. How a loop is cut into chunks
/// never depends on the number of threads, and partial sums are added in the order of the chunks. So a loop whose
/// chunks write to places of their own gives the same bits for any number of threads. The thread pool is left to short
/// work: a layout keeps its threads busy for seconds. Only one thread may start loops.
/// </summary>
internal sealed class ThreadTeam : IDisposable
{
    private readonly CancellationToken _cancellationToken;
    private readonly Thread[] _others;
    private readonly Barrier _barrier;
    private Action<int>? _body;
    private int _chunks;
    private int _next;
    private bool _stopped;
    private Exception? _failure;

    /// <param name="threads">How many threads work, the caller's among them; 0 for one a processor.</param>
    /// <param name="cancellationToken">Checked before each chunk of every loop.</param>
    public ThreadTeam(int threads, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        _cancellationToken = cancellationToken;
        Count = threads == 0 ? Environment.ProcessorCount : threads;
        _barrier = new Barrier(Count);
        _others = new Thread[Count - 1];
        for (var i = 0; i < _others.Length; i++)
        {
            _others[i] = new Thread(Follow) { Name = $"Analysis {i + 1}", IsBackground = true };
            _others[i].Start();
        }
    }

    /// <summary>Threads that work, the caller's among them.</summary>
    public int Count { get; }

    /// <summary>For a chunk that takes long.</summary>
    public void ThrowIfCancelled() => _cancellationToken.ThrowIfCancellationRequested();

    /// <summary>
    /// Calls <paramref name="body"/> with 0 to <paramref name="chunks"/> − 1, each once, in any order.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Chunks(int chunks, Action<int> body)
    {
        (_body, _chunks, _next) = (body, chunks, 0);
        if (_others.Length == 0 || chunks < 2)
        {
            Work();
        }
        else
        {
            _barrier.SignalAndWait(CancellationToken.None);
            Work();
            _barrier.SignalAndWait(CancellationToken.None);
        }

        _body = null;
        var failure = Interlocked.Exchange(ref _failure, null);
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>
    /// Calls <paramref name="body"/> with ranges [from, to) of at most <paramref name="size"/> that cover 0 to
    /// <paramref name="count"/>.
    /// </summary>
    public void Ranges(int count, int size, Action<int, int> body) =>
        Chunks(ChunksOf(count, size), chunk => body(chunk * size, Math.Min(count, (chunk + 1) * size)));

    /// <summary>The sum of what <paramref name="body"/> gives for such ranges, added in their order.</summary>
    public double Sum(int count, int size, Func<int, int, double> body)
    {
        var parts = new double[ChunksOf(count, size)];
        Ranges(count, size, (from, to) => parts[from / size] = body(from, to));
        var sum = 0.0;
        foreach (var part in parts)
        {
            sum += part;
        }

        return sum;
    }

    public void Dispose()
    {
        _stopped = true;
        _barrier.SignalAndWait(CancellationToken.None);
        foreach (var thread in _others)
        {
            thread.Join();
        }

        _barrier.Dispose();
    }

    private static int ChunksOf(int count, int size) => (count + size - 1) / size;

    private void Follow()
    {
        while (true)
        {
            _barrier.SignalAndWait(CancellationToken.None);
            if (_stopped)
            {
                return;
            }

            Work();
            _barrier.SignalAndWait(CancellationToken.None);
        }
    }

    private void Work()
    {
        try
        {
            int chunk;
            while ((chunk = Interlocked.Increment(ref _next) - 1) < _chunks)
            {
                _cancellationToken.ThrowIfCancellationRequested();
                _body!(chunk);
            }
        }
        catch (Exception exception)
        {
            // The others stop at their next chunk; Chunks throws it on the thread that started the loop.
            Interlocked.CompareExchange(ref _failure, exception, null);
            Interlocked.Exchange(ref _next, _chunks);
        }
    }
}
