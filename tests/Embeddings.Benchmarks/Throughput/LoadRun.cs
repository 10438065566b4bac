using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>
/// A load on a server, and what is seen of it meanwhile. Every client is a thread of its own, since that takes the
/// least of the processors.
/// </summary>
internal sealed class LoadRun(ServerProcess server)
{
    private const int MostOffered = 600;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>A closed loop: each client sends its next request when it has the answer to the last.</summary>
    /// <param name="workload">What is measured.</param>
    /// <param name="beside">What else goes on; it is broken off at the end, since one request of it may take
    /// minutes.</param>
    /// <param name="warmUp">Does not count.</param>
    /// <param name="length">What counts; requests before and after keep the server as busy as it is meanwhile.</param>
    public async Task<(LoadSlice Load, LoadSlice? Beside)> RepeatAsync(
        Workload workload, Workload? beside, TimeSpan warmUp, TimeSpan length)
    {
        // Set when the warm-up is over. With many clients it takes longer than planned.
        var ends = new StrongBox<long>(long.MaxValue);
        using var breakOff = new CancellationTokenSource();
        var early = new StrongBox<int>(workload.Clients);
        var clients = Clients(workload, early, ends, CancellationToken.None);
        var others = beside is null ? null : Clients(beside, early, new StrongBox<long>(long.MaxValue), breakOff.Token);
        await Task.Delay(warmUp);
        var (start, used) = (_watch.Elapsed, server.ProcessorTime);
        var end = start + length;
        Volatile.Write(ref ends.Value, end.Ticks);
        var peak = (await WatchAsync(() => end - _watch.Elapsed)).Max();
        var spent = server.ProcessorTime - used;
        // Not later: clients stop with their next answer.
        var load = new LoadSlice(await clients, start, end, spent, peak);
        await breakOff.CancelAsync();
        return (load, others is null ? null : new LoadSlice(await others, start, end, spent, peak));
    }

    /// <summary>An open loop: requests come at a rate, whatever became of those before.</summary>
    /// <param name="workload">Whose requests.</param>
    /// <param name="rate">Of them, a second.</param>
    /// <param name="settling">Does not count: until the server has as much to do as ever.</param>
    /// <param name="length">All of it.</param>
    /// <returns>All that was answered; what counts; and the server's memory every so often.</returns>
    public async Task<(IReadOnlyList<Exchange> All, LoadSlice Load, IReadOnlyList<long> Bytes)> OfferAsync(
        Workload workload, double rate, TimeSpan settling, TimeSpan length)
    {
        using var due = new SemaphoreSlim(0);
        // Each request is in flight at most once, so that nothing can be shared between equal texts.
        using var free = new BlockingCollection<Request>(new ConcurrentQueue<Request>(workload.Requests));
        var isOver = false;
        var clients = Enumerable.Range(0, MostOffered).Select(_ => OnThread(connection =>
        {
            var exchanges = new List<Exchange>();
            while (true)
            {
                due.Wait();
                if (Volatile.Read(ref isOver))
                {
                    return exchanges;
                }

                var request = free.Take();
                exchanges.Add(Send(connection, request));
                free.Add(request);
            }
        })).ToArray();
        var (start, used) = (_watch.Elapsed, server.ProcessorTime);
        var watching = WatchAsync(() => Volatile.Read(ref isOver) ? TimeSpan.Zero : BetweenLooks);
        for (var released = 0; _watch.Elapsed - start < length;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1));
            // More than there are threads for would be sent in one rush as soon as some are free.
            var more = Math.Min(
                (int)((_watch.Elapsed - start).TotalSeconds * rate) - released, MostOffered - due.CurrentCount);
            released += more;
            _ = more > 0 ? due.Release(more) : 0;
        }

        var (stop, spent) = (_watch.Elapsed, server.ProcessorTime - used);
        Volatile.Write(ref isOver, true);
        due.Release(MostOffered);
        Exchange[] exchanges = [.. (await Task.WhenAll(clients)).SelectMany(own => own)];
        var bytes = await watching;
        return (exchanges, new LoadSlice(exchanges, start + settling, stop, spent, bytes.Max()), bytes);
    }

    // Until every client that counts has an answer from after the end.
    private async Task<Exchange[]> Clients(
        Workload workload, StrongBox<int> early, StrongBox<long> ends, CancellationToken breakOff)
    {
        var clients = Enumerable.Range(0, workload.Clients).Select(_ => OnThread(connection =>
        {
            var exchanges = new List<Exchange>();
            var isEarly = true;
            using var broken = breakOff.Register(connection.Dispose);
            try
            {
                while (Volatile.Read(ref early.Value) > 0)
                {
                    exchanges.Add(Send(connection, workload.Next()));
                    if (isEarly && exchanges[^1].End.Ticks >= Volatile.Read(ref ends.Value))
                    {
                        isEarly = false;
                        Interlocked.Decrement(ref early.Value);
                    }
                }
            }
            catch (Exception) when (breakOff.IsCancellationRequested)
            {
                // The client does not wait for this reply any more.
            }
            finally
            {
                if (isEarly)
                {
                    // A client that failed; otherwise the others would wait for it.
                    Volatile.Write(ref early.Value, 0);
                }
            }

            return exchanges;
        })).ToArray();
        return [.. (await Task.WhenAll(clients)).SelectMany(own => own)];
    }

    private Task<T> OnThread<T>(Func<Connection, T> work) => Task.Factory.StartNew(
        () =>
        {
            using var connection = new Connection(server.Root);
            return work(connection);
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Exchange Send(Connection connection, Request request)
    {
        var start = _watch.Elapsed;
        var answer = connection.Send(request.Bytes);
        return new Exchange(request, answer, start, _watch.Elapsed);
    }

    // Resident bytes of the server.
    private async Task<IReadOnlyList<long>> WatchAsync(Func<TimeSpan> left)
    {
        var bytes = new List<long> { server.ResidentBytes };
        while (left() is var time && time > TimeSpan.Zero)
        {
            await Task.Delay(time < BetweenLooks ? time : BetweenLooks);
            bytes.Add(server.ResidentBytes);
        }

        return bytes;
    }
}

/// <summary>A request and its answer.</summary>
internal readonly record struct Exchange(Request Request, Answer Answer, TimeSpan Start, TimeSpan End)
{
    public double Milliseconds => (End - Start).TotalMilliseconds;

    public bool IsGood => Answer.Status == 200;
}
