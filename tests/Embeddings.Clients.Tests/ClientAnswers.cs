using System.Collections.Concurrent;

namespace Embeddings.Clients.Tests;

/// <summary>Runs each client program once over all the texts, and hands its answers to every test that asks.</summary>
public sealed class ClientAnswers(RunningServer server)
{
    /// <summary>Set in CI: a client that is not installed fails there, and is only passed over at home.</summary>
    private static readonly bool Required = Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") == "required";

    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyDictionary<string, ClientAnswer>?>>> _runs = new();

    internal async Task<ClientAnswer> Of(ClientProgram client, string @case)
    {
        var answers = await _runs.GetOrAdd(client.Name, _ => new(() => Run(client))).Value;
        if (answers is null)
        {
            var reason = $"{client.Name} is not installed. {client.Install}";
            if (Required) Assert.Fail(reason);
            Assert.Skip(reason);
        }

        return Assert.Contains(@case, answers);
    }

    private async Task<IReadOnlyDictionary<string, ClientAnswer>?> Run(ClientProgram client)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        if (!await client.IsInstalled(cancellationToken)) return null;

        return await client.Ask(server.Http.BaseAddress!, Texts.All.Values, cancellationToken);
    }
}
