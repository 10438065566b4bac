using System.Diagnostics;
using System.Text.Json;

namespace Embeddings.Analysis.Tests.Reference;

/// <summary>A Python with the libraries that results are compared with.</summary>
/// <param name="variable">The environment variable that holds its command, as .ci/install-clients prints it.</param>
/// <param name="module">A module that it must have.</param>
internal sealed class PythonPeer(string variable, string module)
{
    private static readonly JsonSerializerOptions SnakeCase = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    private readonly string[] _command = (Environment.GetEnvironmentVariable(variable) ?? "python3").Split(' ');

    /// <summary>umap-learn 0.5 with scikit-learn, from Debian bookworm.</summary>
    public static PythonPeer Umap { get; } = new("EMBEDDINGS_TEST_UMAP", "umap");

    /// <summary>scikit-learn with SciPy, from Debian trixie: bookworm's has no HDBSCAN.</summary>
    public static PythonPeer ScikitLearn { get; } = new("EMBEDDINGS_TEST_PYTHON", "sklearn");

    /// <summary>Skips the test if the library is not here, unless CI promised it: then the test fails.</summary>
    public async Task RequireAsync()
    {
        if (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") == "required")
        {
            return;
        }

        // Found, not imported: umap-learn compiles for ten seconds when it is imported.
        var look = $"import importlib.util, sys; sys.exit(importlib.util.find_spec('{module}') is None)";
        var (exitCode, _, _) = await RunAsync(["-c", look], "");
        Assert.SkipWhen(
            exitCode != 0, $"Needs a Python with {module}: run .ci/install-clients, or name one in {variable}.");
    }

    /// <summary>Runs a script beside this file with a request as JSON on its standard input.</summary>
    public async Task<T> AskAsync<T>(string script, object request)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Reference", script));
        var (exitCode, output, error) = await RunAsync(["-c", text], JsonSerializer.Serialize(request, SnakeCase));
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize<T>(output, SnakeCase)!;
    }

    private async Task<(int ExitCode, string Output, string Error)> RunAsync(string[] arguments, string input)
    {
        var start = new ProcessStartInfo(_command[0], [.. _command[1..], .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            return (127, "", exception.Message);
        }

        using (process)
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            try
            {
                await process.StandardInput.WriteAsync(input);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read everything: its error says why.
            }

            await process.WaitForExitAsync();
            return (process.ExitCode, await output, await error);
        }
    }
}
