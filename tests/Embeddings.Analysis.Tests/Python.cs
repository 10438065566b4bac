using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Embeddings.Analysis.Tests;

/// <summary>Programs of the Python that EMBEDDINGS_TEST_PYTHON names, which ask the libraries that results are compared with.</summary>
internal static class Python
{
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    // Perhaps a command line: "chroot /some/folder python3". So a program travels as an argument, not as a path.
    private static readonly string[] Command = (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_PYTHON") ?? "python3").Split(' ');

    /// <summary>Skips the test without the module, unless CI promised it.</summary>
    public static async Task NeedAsync(string module)
    {
        var isMissing = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") != "required"
            && (await RunAsync($"import {module}", "", CancellationToken.None)).ExitCode != 0;
        Assert.SkipWhen(
            isMissing, $"Needs a Python with {module}: run .ci/install-clients, or name one in EMBEDDINGS_TEST_PYTHON.");
    }

    /// <summary>Runs a program beside the tests: the request is its standard input, its standard output the answer.</summary>
    public static async Task<T> AskAsync<T>(string program, object request)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var script = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, program), cancellationToken);
        var (exitCode, output, error) = await RunAsync(
            script, JsonSerializer.Serialize(request, SnakeCase), cancellationToken);
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize<T>(output, SnakeCase)!;
    }

    /// <summary>Numbers as a program reads them without a loss: little-endian 32-bit floats, which JSON writes as base64.</summary>
    public static byte[] Bytes(float[] numbers) => MemoryMarshal.AsBytes<float>(numbers).ToArray();

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string script, string input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Command[0], [.. Command[1..], "-c", script])
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
            var (output, error) = (
                process.StandardOutput.ReadToEndAsync(cancellationToken),
                process.StandardError.ReadToEndAsync(cancellationToken));
            try
            {
                await process.StandardInput.WriteAsync(input.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // The program ended before it had read everything: its error says why.
            }

            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
    }
}
