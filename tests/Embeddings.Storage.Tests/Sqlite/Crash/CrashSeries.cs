using System.Diagnostics;
using Embeddings.Storage.Sqlite;

namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>One file, and many writers to it that are killed one after the other.</summary>
internal sealed class CrashSeries(int seed, Durability durability) : IDisposable
{
    private readonly Random _random = new(seed);
    private readonly TemporaryFolder _folder = new();
    private readonly SortedDictionary<string, int>[] _clients = [.. Enumerable.Range(0, CrashPlan.Clients).Select(
        _ => new SortedDictionary<string, int>(StringComparer.Ordinal))];
    private long _acknowledged;

    private string StorePath => _folder.File("store.db");

    /// <summary>
    /// Kills the writer this many times, on a busy machine up to ten times as often, until enough writes were
    /// acknowledged.
    /// </summary>
    /// <returns>Writes that were acknowledged.</returns>
    public async Task<long> RunAsync(int kills, int writes)
    {
        for (var round = 0; round < kills || (_acknowledged < writes && round < 10 * kills); round++)
        {
            try
            {
                var acknowledged = await WriteAndKillAsync(round);
                _acknowledged += acknowledged.Sum();
                await CheckAsync(new CrashPlan(seed, round), acknowledged);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                throw new InvalidOperationException(
                    $"Series {seed} ({durability}), kill {round}: {exception.Message}", exception);
            }
        }

        return _acknowledged;
    }

    public void Dispose() => _folder.Dispose();

    // Numbers of operations by client.
    private async Task<int[]> WriteAndKillAsync(int round)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [CrashWriter.Command, StorePath, $"{durability}", $"{seed}", $"{round}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var acknowledged = new int[CrashPlan.Clients];
        var first = new TaskCompletionSource();
        var reading = CountAsync(process.StandardOutput, acknowledged, first);
        // The kill comes while the writer opens the file or, more often, while it writes.
        if (_random.Next(4) > 0)
        {
            await Task.WhenAny(first.Task, reading);
        }

        await Task.Delay(_random.Next(first.Task.IsCompleted ? 150 : 350), CancellationToken.None);
        process.Kill();
        await process.WaitForExitAsync(CancellationToken.None);
        await reading;
        Assert.Equal("", await errors);
        Assert.Equal(128 + 9, process.ExitCode);
        return acknowledged;
    }

    private static async Task CountAsync(StreamReader output, int[] acknowledged, TaskCompletionSource first)
    {
        while (await output.ReadLineAsync(CancellationToken.None) is { } line)
        {
            acknowledged[int.Parse(line, null)]++;
            first.TrySetResult();
        }
    }

    private async Task CheckAsync(CrashPlan plan, int[] acknowledged)
    {
        // In a copy now and then, so that the next writer recovers what was killed, perhaps while another recovered it.
        using var copy = new TemporaryFolder();
        var path = StorePath;
        if (_random.Next(2) == 0)
        {
            path = copy.File("store.db");
            foreach (var file in Directory.GetFiles(_folder.Path).Where(
                file => !file.EndsWith("-shm", StringComparison.Ordinal)))
            {
                File.Copy(file, copy.File(Path.GetFileName(file)));
            }
        }

        await using var store = await Stores.OpenAsync(path, durability);
        var found = await CrashedStore.ReadAsync(store);
        for (var client = 0; client < CrashPlan.Clients; client++)
        {
            var operations = plan.Operations(client).Take(acknowledged[client] + 1).ToList();
            operations[..^1].ForEach(operation => operation.Apply(_clients[client]));
            if (!found[client].SequenceEqual(_clients[client]))
            {
                var before = Show(_clients[client]);
                operations[^1].Apply(_clients[client]);
                Assert.True(
                    found[client].SequenceEqual(_clients[client]),
                    $"Client {client} has {Show(found[client])}, and neither {before} nor {Show(_clients[client])}.");
            }
        }
    }

    private static string Show(SortedDictionary<string, int> versions) =>
        string.Join(" ", versions.Select(pair => $"{pair.Key}:{pair.Value}"));
}
