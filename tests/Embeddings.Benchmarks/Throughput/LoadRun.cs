using System.Diagnostics;
using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>A load on a server, and what is seen of it meanwhile. Every client is a thread of its own, since that takes the least of the processors.</summary>
internal sealed class LoadRun(ServerProcess server)
{
    private const int MostOffered = 600;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly Stopwatch _watch = Stopwatch.StartNew();

    /// <summary>A closed loop: each client sends its next request when it has the answer to the last.</summary>
    /// <param name="workloads">Side by side.</param>
    /// <param name="warmUp">Does not count.</param>
    /// <param name="length">What counts; requests before and after keep the server as busy as it is meanwhile.</param>
    /// <returns>A load for each of the workloads.</returns>
    public async Task<LoadResult[]> RepeatAsync(IReadOnlyList<Workload> workloads, TimeSpan warmUp, TimeSpan length)
    {
        var end = _watch.Elapsed + warmUp + length;
        var early = workloads.Sum(workload => workload.Clients);
        var clients = workloads.Select(workload =>
        {
            var next = -1;
            return Enumerable.Range(0, workload.Clients).Select(_ => OnThread(connection =>
            {
                var exchanges = new List<Exchange>();
                var isEarly = true;
                try
                {
                    while (Volatile.Read(ref early) > 0)
                    {
                        exchanges.Add(Send(connection, workload.Requests[Turn(ref next, workload)]));
                        if (isEarly && _watch.Elapsed >= end)
                        {
                            isEarly = false;
                            Interlocked.Decrement(ref early);
                        }
                    }

                    return exchanges;
                }
                catch
                {
                    // The others would wait for this one.
                    Volatile.Write(ref early, 0);
                    throw;
                }
            })).ToArray();
        }).ToArray();
        await Task.Delay(warmUp);
        var (start, used) = (_watch.Elapsed, server.ProcessorTime);
        var peak = await WatchAsync(() => _watch.Elapsed < end);
        var (stop, spent) = (_watch.Elapsed, server.ProcessorTime - used);
        return await Task.WhenAll(clients.Select(async threads => LoadResult.Of([.. (await Task.WhenAll(threads)).SelectMany(own => own)], start, stop, spent, peak)));
    }

    /// <summary>An open loop: requests come at a rate, whatever became of those before.</summary>
    /// <returns>What was answered, in how long until the last answer, and memory meanwhile.</returns>
    public async Task<(IReadOnlyList<Exchange> Exchanges, TimeSpan Elapsed, long PeakBytes)> OfferAsync(Workload workload, double rate, TimeSpan length)
    {
        using var due = new SemaphoreSlim(0);
        var next = -1;
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

                exchanges.Add(Send(connection, workload.Requests[Turn(ref next, workload)]));
            }
        })).ToArray();
        var start = _watch.Elapsed;
        var watching = WatchAsync(() => !Volatile.Read(ref isOver));
        for (var released = 0; _watch.Elapsed - start < length;)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1));
            // More than there are threads for would be sent in one rush as soon as some are free.
            var more = Math.Min((int)((_watch.Elapsed - start).TotalSeconds * rate) - released, MostOffered - due.CurrentCount);
            released += more;
            _ = more > 0 ? due.Release(more) : 0;
        }

        Volatile.Write(ref isOver, true);
        due.Release(MostOffered);
        Exchange[] exchanges = [.. (await Task.WhenAll(clients)).SelectMany(own => own)];
        return (exchanges, exchanges.Max(exchange => exchange.End) - start, await watching);
    }

    private static int Turn(ref int next, Workload workload) => (int)((uint)Interlocked.Increment(ref next) % (uint)workload.Requests.Count);

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

    private async Task<long> WatchAsync(Func<bool> goesOn)
    {
        var peak = server.ResidentBytes;
        while (goesOn())
        {
            await Task.Delay(BetweenLooks);
            peak = Math.Max(peak, server.ResidentBytes);
        }

        return peak;
    }
}

/// <summary>A request and its answer.</summary>
internal readonly record struct Exchange(Request Request, Answer Answer, TimeSpan Start, TimeSpan End)
{
    public double Milliseconds => (End - Start).TotalMilliseconds;

    public bool IsGood => Answer.Status == 200;
}
