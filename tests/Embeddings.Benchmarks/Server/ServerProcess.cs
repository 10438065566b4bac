using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Embeddings.Benchmarks.Server;

/// <summary>The real server as a process of its own on a free port of this machine, with settings of choice.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const int Terminate = 15;
    private const int MostLogKept = 1 << 20;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);

    private readonly StringBuilder _log = new();
    private readonly Process _process;

    private ServerProcess(Uri root, Process process)
    {
        (Root, _process) = (root, process);
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Root { get; }

    /// <summary>From the start of the process to the first <c>/health/ready</c> that says so.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Memory in use, in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Time that its threads have run, all together.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>What it has written, the first megabyte of it.</summary>
    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a server and waits until it is ready.</summary>
    /// <param name="settings">As on the command line: <c>--Storage:Path a.db</c>.</param>
    public static Task<ServerProcess> StartAsync(params string[] settings) => StartProgramAsync(
        Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().First(metadata => metadata.Key == "Embeddings.Api").Value!,
        settings);

    /// <summary>The same of another build.</summary>
    /// <param name="program">Its <c>Embeddings.Api.dll</c>.</param>
    /// <param name="settings">As on the command line.</param>
    public static async Task<ServerProcess> StartProgramAsync(string program, string[] settings)
    {
        var root = new Uri($"http://127.0.0.1:{FreePort()}");
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet",
            [program, "--urls", $"{root}", "--Models:Download", "false", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        var watch = Stopwatch.StartNew();
        var server = new ServerProcess(root, Process.Start(start)!);
        using var client = new HttpClient();
        while (!await IsReadyAsync(client, root))
        {
            if (server._process.HasExited || watch.Elapsed > StartLimit)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"The server did not become ready:\n{server.Log}");
            }

            await Task.Delay(BetweenLooks);
        }

        server.StartTime = watch.Elapsed;
        return server;
    }

    /// <summary>Asks it to stop as a container's runtime does, and waits until it has.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StopAsync()
    {
        var watch = Stopwatch.StartNew();
        _ = Kill(_process.Id, Terminate);
        await _process.WaitForExitAsync();
        return watch.Elapsed;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    // .NET's own Kill gives no time to close the store.
    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<bool> IsReadyAsync(HttpClient client, Uri root)
    {
        try
        {
            using var response = await client.GetAsync(new Uri(root, "/health/ready"));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // Only the lines of the start are kept, not those of a million requests.
    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log)
        {
            if (_log.Length < MostLogKept)
            {
                _log.AppendLine(line.Data);
            }
        }
    }
}
