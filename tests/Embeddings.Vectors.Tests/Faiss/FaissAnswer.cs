using System.Diagnostics;
using System.Text.Json;

namespace Embeddings.Vectors.Tests.Faiss;

/// <summary>What the FAISS library answers; arrays are [queries, k].</summary>
/// <param name="Count">Rows in the index it was given.</param>
/// <param name="Ids">Ids it found there.</param>
/// <param name="Scores">Their scores.</param>
/// <param name="Own">An index file of its own making.</param>
/// <param name="OwnIds">Ids it finds in that.</param>
/// <param name="OwnScores">Their scores.</param>
public sealed record FaissAnswer(
    int Count, long[][] Ids, float[][] Scores, byte[] Own, long[][] OwnIds, float[][] OwnScores)
{
    private static readonly JsonSerializerOptions SnakeCase =
        new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private static readonly string[] Python =
        (Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_PYTHON") ?? "python3").Split(' ');

    /// <summary>
    /// What is missing and how to get it; null where the library is here, or where CI promised it, so that its tests
    /// fail without it.
    /// </summary>
    public static async Task<string?> MissingAsync()
    {
        var missing = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") != "required"
            && (await RunAsync([.. Python, "-c", "import faiss"], "", CancellationToken.None)).ExitCode != 0;
        return missing
            ? "Needs a Python with faiss: run .ci/install-clients, or name one in EMBEDDINGS_TEST_PYTHON."
            : null;
    }

    /// <summary>Runs the library, in the Python that EMBEDDINGS_TEST_PYTHON names.</summary>
    public static async Task<FaissAnswer> AskAsync(object request, CancellationToken cancellationToken)
    {
        var script = await File.ReadAllTextAsync(
            Path.Combine(AppContext.BaseDirectory, "Faiss", "faiss_peer.py"), cancellationToken);
        var (exitCode, output, error) = await RunAsync(
            [.. Python, "-c", script], JsonSerializer.Serialize(request), cancellationToken);
        Assert.True(exitCode == 0, error);
        return JsonSerializer.Deserialize<FaissAnswer>(output, SnakeCase)!;
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        string[] command, string input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
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
                // It ended before it had read everything: its error says why.
            }

            await process.WaitForExitAsync(cancellationToken);
            return (process.ExitCode, await output, await error);
        }
    }
}
