using System.ComponentModel;
using System.Diagnostics;

namespace Embeddings.Clients.Tests;

/// <summary>What a program that ran to its end left behind.</summary>
internal sealed record ChildProcess(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Runs a command (the program first) with a text as its standard input; kills it when it takes too long.
    /// </summary>
    public static async Task<ChildProcess> Run(
        IReadOnlyList<string> command, string folder, string input, CancellationToken cancellationToken, TimeSpan? limit = null)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(limit ?? Limit);

        using var process = Start(command, folder);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(limited.Token);
            var errors = process.StandardError.ReadToEndAsync(limited.Token);
            await Send(process, input);
            await process.WaitForExitAsync(limited.Token);
            return new ChildProcess(process.ExitCode, await output, await errors);
        }
        finally
        {
            if (!process.HasExited) process.Kill(entireProcessTree: true);
        }
    }

    public static Process Start(IReadOnlyList<string> command, string folder)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start) ?? throw new Win32Exception($"'{command[0]}' did not start.");
    }

    private static async Task Send(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The process ended before it read everything: its exit code and its errors say why.
        }
    }
}
