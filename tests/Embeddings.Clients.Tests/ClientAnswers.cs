using System.Collections.Concurrent;

namespace Embeddings.Clients.Tests;

/// <summary>Runs each client program once over all the texts, and hands its answers to every test that asks.</summary>
public sealed class ClientAnswers(RunningServer server)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyDictionary<string, ClientAnswer>>>> _runs = new();

    internal async Task<ClientAnswer> Of(ClientProgram client, string @case)
    {
        var answers = await _runs.GetOrAdd(client.Name, _ => new(() => Run(client))).Value;
        return Assert.Contains(@case, answers);
    }

    private Task<IReadOnlyDictionary<string, ClientAnswer>> Run(ClientProgram client) =>
        client.Ask(server.Http.BaseAddress!, Texts.All.Values, TestContext.Current.CancellationToken);
}
