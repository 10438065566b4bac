using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Embeddings.Api.Tests.Models;

/// <summary>The program in a process of its own, as a person starts it: with arguments, an environment, and an exit code.</summary>
internal sealed partial class ChildServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChildServer(string[] arguments, Dictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(Program).Assembly.Location, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment ?? [])
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Runs to the end.</summary>
    public static async Task<(int Code, string Output)> RunAsync(string[] arguments, Dictionary<string, string>? environment = null)
    {
        using var child = new ChildServer(arguments, environment);
        await child._process.WaitForExitAsync(Server.Cancelled).WaitAsync(Patience, Server.Cancelled);
        return (child._process.ExitCode, child.Output);
    }

    /// <summary>Asks it to end, as an orchestrator does, and waits until it has.</summary>
    public async Task<int> StopAsync()
    {
        using var signal = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync(Server.Cancelled).WaitAsync(Patience, Server.Cancelled);
        return _process.ExitCode;
    }

    /// <summary>Waits until it listens.</summary>
    public async Task<HttpClient> ConnectAsync() => new() { BaseAddress = await _address.Task.WaitAsync(Patience, Server.Cancelled) };

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_output)
        {
            _output.AppendLine(line);
        }

        if (Listening().Match(line) is { Success: true } match)
        {
            _address.TrySetResult(new Uri(match.Value));
        }
    }

    [GeneratedRegex(@"http://127\.0\.0\.1:[1-9][0-9]*(?="")")]
    private static partial Regex Listening();
}
