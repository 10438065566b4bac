using System.Diagnostics;

namespace Embeddings.Storage.Tests.Sqlite.Faults;

internal static class Shell
{
    /// <returns>Whether the command succeeded.</returns>
    public static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
        await process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        return process.ExitCode == 0;
    }
}
