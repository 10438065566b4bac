using Embeddings.Storage;
using Embeddings.Storage.Sqlite;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Startup;

/// <summary>
/// <c>restore &lt;file&gt;</c>: replaces the collections by a backup, while no server uses them.
/// </summary>
internal sealed class RestoreCommand(IOptions<StorageOptions> options, TimeProvider time, TextWriter output)
{
    /// <summary>
    /// Runs it; 0 when the backup is in place, 1 when nothing was changed, 2 when there is no file among the arguments.
    /// </summary>
    public async Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken)
    {
        if (arguments is not [{ Length: > 0 } file, .. var settings] || file[0] == '-'
            || !settings.All(setting => setting.StartsWith(
                "--", StringComparison.Ordinal) && setting.Contains('=', StringComparison.Ordinal)))
        {
            output.WriteLine(
                "usage: restore <file> [--Storage:Path=<path>]    put a backup in the place of the " +
                "collections, while no server runs");
            return 2;
        }

        try
        {
            var store = options.Value.Settings();
            var restored = await StoreRestore.RunAsync(store, file, time, cancellationToken);
            output.WriteLine(
                $"{store.Path} is {file} now: {restored.Collections} collections with {restored.Documents} documents.");
            output.WriteLine(
                restored.Before is { } before
                    ? $"What was there before is {before}; delete it when you no longer need it."
                    : "There was nothing before.");
            return 0;
        }
        catch (StoreException exception)
        {
            output.WriteLine($"Nothing was restored: {exception.Message}");
            return 1;
        }
    }
}
