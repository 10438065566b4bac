using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Headers;

namespace Embeddings.Benchmarks.Server;

/// <summary>
/// Clients in this process that send requests to a server, each the next one when it has the answer to the last: a
/// closed loop.
/// </summary>
internal sealed class LoadDriver(ServerProcess server) : IDisposable
{
    private readonly HttpClient _client = new(
        new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false })
    {
        BaseAddress = server.Root,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>
    /// Sends bodies in turn, over and over, for as long as is said; what comes before, to warm up, does not count.
    /// </summary>
    public async Task<Load> RepeatAsync(
        string path, int clients, IReadOnlyList<byte[]> bodies, TimeSpan warmUp, TimeSpan length)
    {
        await RunAsync(path, clients, i => bodies[(int)(i % bodies.Count)], warmUp);
        return await RunAsync(path, clients, i => bodies[(int)(i % bodies.Count)], length);
    }

    /// <summary>Sends each body once, or as many as there is time for.</summary>
    public Task<Load> SendAsync(string path, int clients, IReadOnlyList<byte[]> bodies, TimeSpan most) =>
        RunAsync(path, clients, i => i < bodies.Count ? bodies[(int)i] : null, most);

    /// <summary>Sends one body as a stream of parts.</summary>
    /// <returns>The load, and what was answered.</returns>
    public async Task<(Load Load, string Answer)> StreamAsync(string path, IEnumerable<byte[]> parts)
    {
        var (watch, used) = (Stopwatch.StartNew(), ProcessorTimes());
        using var response = await _client.PostAsync(path, new PartsContent(parts));
        var answer = await response.Content.ReadAsStringAsync();
        Check(response, answer);
        var elapsed = watch.Elapsed;
        return (Load.Of([elapsed.Ticks], elapsed, used, ProcessorTimes()), answer);
    }

    public void Dispose() => _client.Dispose();

    private async Task<Load> RunAsync(string path, int clients, Func<long, byte[]?> body, TimeSpan length)
    {
        var times = new ConcurrentBag<List<long>>();
        var next = -1L;
        var (watch, used) = (Stopwatch.StartNew(), ProcessorTimes());
        await Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(async () =>
        {
            var own = new List<long>();
            times.Add(own);
            while (watch.Elapsed < length && body(Interlocked.Increment(ref next)) is { } bytes)
            {
                var start = watch.ElapsedTicks;
                await SendAsync(path, bytes);
                own.Add((watch.ElapsedTicks - start) * TimeSpan.TicksPerSecond / Stopwatch.Frequency);
            }
        })));
        return Load.Of([.. times.SelectMany(own => own)], watch.Elapsed, used, ProcessorTimes());
    }

    private async Task SendAsync(string path, byte[] body)
    {
        using var content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        using var response = await _client.PostAsync(path, content);
        Check(response, response.IsSuccessStatusCode ? "" : await response.Content.ReadAsStringAsync());
    }

    private static void Check(HttpResponseMessage response, string answer)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException(
                $"{response.RequestMessage!.RequestUri} answered {(int)response.StatusCode}: {answer}");
        }
    }

    private (TimeSpan Client, TimeSpan Server) ProcessorTimes() =>
        (Environment.CpuUsage.TotalTime, server.ProcessorTime);

    private sealed class PartsContent(IEnumerable<byte[]> parts) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            foreach (var part in parts)
            {
                await stream.WriteAsync(part);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
