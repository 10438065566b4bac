using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Embeddings.Clients.Tests;

[assembly: AssemblyFixture(typeof(RunningServer))]

namespace Embeddings.Clients.Tests;

/// <summary>
/// The real server as a process of its own, on a free port of this machine, for as long as the tests run.
/// </summary>
public sealed class RunningServer : IAsyncLifetime
{
    public const string Model = "all-MiniLM-L6-v2";

    /// <summary>The same model's full id, with a slash as ids from the hub have.</summary>
    public const string FullId = "sentence-transformers/all-MiniLM-L6-v2";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string[] _settings;

    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("embeddings-clients-");

    private readonly StringBuilder _log = new();

    private Process? _process;

    public RunningServer()
        : this([])
    {
    }

    /// <param name="settings">What differs from the settings of every test, as on a command line.</param>
    internal RunningServer(params string[] settings) => _settings = settings;

    /// <summary>Sends plain HTTP to the server's root.</summary>
    public HttpClient Http { get; } = new() { BaseAddress = new Uri($"http://127.0.0.1:{FreePort()}") };

    public async ValueTask InitializeAsync()
    {
        var program = ClientProgram.Built("Embeddings.Api");
        _process = ChildProcess.Start(["dotnet", program, .. Settings()], Path.GetDirectoryName(program)!);
        _process.OutputDataReceived += Keep;
        _process.ErrorDataReceived += Keep;
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        using var limit = new CancellationTokenSource(StartLimit);
        while (!await IsReady(limit.Token))
        {
            Assert.False(
                _process.HasExited || limit.IsCancellationRequested, $"The server did not become ready:\n{Log()}");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _data.Delete(recursive: true);
    }

    /// <summary>The vector that a plain request gives, the one that every client is compared with.</summary>
    public async Task<float[]> Embed(string text, int dimensions, CancellationToken cancellationToken)
    {
        var reply = await Ask(
            new { model = Model, input = text, encoding_format = "float", dimensions }, cancellationToken);
        return reply.GetProperty("data")[0].GetProperty("embedding").Deserialize<float[]>()!;
    }

    /// <summary>The tokens that a plain request for all the texts is charged.</summary>
    public async Task<int> CountTokens(IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        var reply = await Ask(new { model = Model, input = texts, encoding_format = "float" }, cancellationToken);
        return reply.GetProperty("usage").GetProperty("prompt_tokens").GetInt32();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, port: 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string[] Settings() =>
    [
        "--urls", Http.BaseAddress!.ToString(),
        "--Models:Directory", Path.Combine(_data.FullName, "models"),
        "--Storage:Path", Path.Combine(_data.FullName, "embeddings.db"),
        .. _settings,
    ];

    private async Task<JsonElement> Ask<T>(T request, CancellationToken cancellationToken)
    {
        using var response = await Http.PostAsJsonAsync("/v1/embeddings", request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
    }

    private async Task<bool> IsReady(CancellationToken cancellationToken)
    {
        try
        {
            using var response = await Http.GetAsync("/health/ready", cancellationToken);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        lock (_log) _log.AppendLine(line.Data);
    }

    private string Log()
    {
        lock (_log) return _log.ToString();
    }
}
