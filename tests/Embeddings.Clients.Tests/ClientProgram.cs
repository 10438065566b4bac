using System.ComponentModel;
using System.Reflection;
using System.Text.Json;

namespace Embeddings.Clients.Tests;

/// <summary>One program under tests/clients, and the cases that it must report.</summary>
/// <param name="Name">The client, as a person calls it.</param>
/// <param name="Folder">The folder in which the command runs.</param>
/// <param name="Command">The command line, to which the server's root URL is added.</param>
/// <param name="Probe">A command that succeeds where the client is installed; null where the build installs it.</param>
/// <param name="Install">How to install the client.</param>
internal sealed record ClientProgram(
    string Name, string Folder, string[] Command, string[]? Probe = null, string Install = "")
{
    /// <summary>The cases that must give vectors, and how many numbers a vector has.</summary>
    public required IReadOnlyDictionary<string, int> Embeds { get; init; }

    /// <summary>
    /// The cases that the server must refuse, for it does not know the model, and the exception that the client throws.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Refused { get; init; }

    /// <summary>True where the program reports the case "models".</summary>
    public bool ListsModels { get; init; } = true;

    /// <summary>Runs the program over the texts; its answers by case.</summary>
    public async Task<IReadOnlyDictionary<string, ClientAnswer>> Ask(
        Uri server, IEnumerable<string> texts, CancellationToken cancellationToken)
    {
        var root = server.GetLeftPart(UriPartial.Authority);
        var ended = await ChildProcess.Run(
            [.. Command, root], Folder, JsonSerializer.Serialize(texts), cancellationToken);
        Assert.True(ended.ExitCode == 0, $"{Name} ended with {ended.ExitCode}:\n{ended.Errors}");
        return ended.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<ClientAnswer>(line, JsonSerializerOptions.Web)!)
            .ToDictionary(answer => answer.Case);
    }

    /// <summary>Runs the probe.</summary>
    public async Task<bool> IsInstalled()
    {
        if (Probe is null) return true;

        try
        {
            var ended = await ChildProcess.Run(Probe, Folder, input: "", CancellationToken.None);
            return ended.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // not even its runtime is there
        }
    }

    /// <summary>A path that the build wrote into this assembly (see the project file).</summary>
    public static string Built(string name) =>
        typeof(ClientProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(metadata => metadata.Key == name).Value!;
}
