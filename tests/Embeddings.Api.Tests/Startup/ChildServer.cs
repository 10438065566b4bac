using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Embeddings.Api.Tests.Startup;

/// <summary>
/// The program in a process of its own, as a person starts it: with arguments, an environment, and an exit code.
/// </summary>
internal sealed partial class ChildServer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChildServer(string[] arguments, Dictionary<string, string>? environment = null, int? user = null)
    {
        string[] program =
            [.. user is null ? [] : As(user.Value), "dotnet", typeof(Program).Assembly.Location, .. arguments];
        var start = new ProcessStartInfo(program[0], program[1..])
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

    /// <summary>Whether this process may start another user's, who can read the program.</summary>
    public static bool CanRunAs(int user)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/setpriv"))
        {
            return false;
        }

        using var probe = Process.Start("/usr/bin/setpriv", [.. As(user)[1..], "test", "-r", typeof(Program).Assembly.Location]);
        probe.WaitForExit();
        return probe.ExitCode == 0;
    }

    /// <summary>Runs to the end.</summary>
    /// <param name="arguments">Of the program.</param>
    /// <param name="environment">Variables beside those of this process.</param>
    /// <param name="user">Number of the user who runs it, see <see cref="CanRunAs"/>; null for this process'
    /// own.</param>
    public static async Task<(int Code, string Output)> RunAsync(
        string[] arguments, Dictionary<string, string>? environment = null, int? user = null)
    {
        using var child = new ChildServer(arguments, environment, user);
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
    public async Task<HttpClient> ConnectAsync() =>
        new() { BaseAddress = await _address.Task.WaitAsync(Patience, Server.Cancelled) };

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            // A killed process keeps its files locked until it has ended.
            _process.WaitForExit(Patience);
        }

        _process.Dispose();
    }

    private static string[] As(int user) =>
        ["/usr/bin/setpriv", $"--reuid={user}", $"--regid={user}", "--clear-groups"];

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
