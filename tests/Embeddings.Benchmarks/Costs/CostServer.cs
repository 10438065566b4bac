using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Embeddings.Benchmarks.Server;

namespace Embeddings.Benchmarks.Costs;

/// <summary>A server with a store of its own in a temporary folder, and one client of it.</summary>
internal sealed class CostServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder;
    private readonly ServerProcess _process;

    private CostServer(DirectoryInfo folder, ServerProcess process)
    {
        (_folder, _process) = (folder, process);
        Client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = process.Root, Timeout = Timeout.InfiniteTimeSpan };
    }

    public HttpClient Client { get; }

    public Uri Root => _process.Root;

    /// <summary>Memory in use, in megabytes.</summary>
    public double Megabytes => _process.ResidentBytes / 1e6;

    /// <summary>Seconds that its threads have run, all together.</summary>
    public double ProcessorSeconds => _process.ProcessorTime.TotalSeconds;

    /// <summary>Megabytes of the store's write-ahead log.</summary>
    public double LogMegabytes => new FileInfo(Path.Combine(_folder.FullName, "store.db-wal")).Length / 1e6;

    /// <param name="program">The server's <c>Embeddings.Api.dll</c>; null for the one that was built with this.</param>
    /// <param name="settings">As on the command line.</param>
    public static async Task<CostServer> StartAsync(string? program, params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("embeddings-costs-");
        string[] all = ["--Storage:Path", Path.Combine(folder.FullName, "store.db"), .. settings];
        return new CostServer(folder, program is null ? await ServerProcess.StartAsync(all) : await ServerProcess.StartProgramAsync(program, all));
    }

    /// <summary>Sends a body.</summary>
    /// <returns>The status, 0 where the client left before there was one, and the seconds it took.</returns>
    public async Task<(int Status, double Seconds)> SendAsync(
        string path, string body, CancellationToken cancellationToken = default)
    {
        var watch = Stopwatch.StartNew();
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await Client.PostAsync(path, content, cancellationToken);
            await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return ((int)response.StatusCode, watch.Elapsed.TotalSeconds);
        }
        catch (OperationCanceledException)
        {
            return (0, watch.Elapsed.TotalSeconds);
        }
    }

    /// <summary>Imports documents that have no text.</summary>
    public async Task ImportAsync(string collection, int documents, Func<int, string> line)
    {
        using var driver = new LoadDriver(_process);
        await driver.StreamAsync(
            $"/collections/{collection}/import",
            Enumerable.Range(0, documents).Chunk(500).Select(part => Encoding.UTF8.GetBytes(string.Concat(part.Select(i => line(i) + "\n")))));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
