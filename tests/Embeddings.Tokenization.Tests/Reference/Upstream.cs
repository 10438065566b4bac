using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace Embeddings.Tokenization.Tests.Reference;

/// <summary>What Hugging Face's own library (npm <c>tokenizers</c>) makes of texts; arrays have one entry for each.</summary>
internal sealed record Upstream(
    string[] Normalized, string[][] Pieces, Upstream.Encoding[] Encodings, Upstream.Encoding[] Pairs, string[] Decoded)
{
    private static readonly string Folder = Path.Combine(ReferenceData.Checkout, "tests", "clients", "tokenizers");

    /// <summary>
    /// What is missing and how to get it; null where the library is here, or where CI promised it, so that its tests
    /// fail without it.
    /// </summary>
    public static string? Missing { get; } =
        Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") == "required" || Directory.Exists(Path.Combine(Folder, "node_modules"))
            ? null
            : "Needs npm tokenizers: run .ci/install-clients, or npm ci in tests/clients/tokenizers.";

    /// <summary>Asks the library.</summary>
    public static async Task<Upstream> AskAsync(
        string tokenizer, IReadOnlyList<string> texts, IReadOnlyList<string[]> pairs, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("node", ["oracle.mjs"])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Started(start);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(
            JsonSerializer.Serialize(new { tokenizer, texts, pairs }).AsMemory(), cancellationToken);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        Assert.True(process.ExitCode == 0, await errors);
        return JsonSerializer.Deserialize<Upstream>(await output, JsonSerializerOptions.Web)!;
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("The tests need node.", exception);
        }
    }

    /// <summary>One text or pair; offsets count code points.</summary>
    internal sealed record Encoding(int[] Ids, int[] Types, int[][] Offsets, int[] Special);
}
