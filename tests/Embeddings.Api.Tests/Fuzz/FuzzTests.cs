using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Fuzz;

/// <summary>
/// Requests that nobody would send on purpose, a hundred thousand of them in a long run. The seed is fixed and printed with a failure;
/// <c>EMBEDDINGS_TEST_SEED</c> and <c>EMBEDDINGS_TEST_REQUESTS</c> set other ones.
/// </summary>
public sealed class FuzzTests(Server server) : IClassFixture<Server>
{
    private const int Workers = 8;

    private static readonly int Seed = Effort.Count("EMBEDDINGS_TEST_SEED", 20_261_123, 20_261_123);
    private static readonly int Requests = Effort.Count("EMBEDDINGS_TEST_REQUESTS", 6_000, 100_000);

    [Fact]
    public async Task No_request_brings_a_5xx_or_an_error_without_its_envelope()
    {
        // A fuzzer that only ever reaches one door tests nothing.
        AssertReached(await SendAsync(Requests, FuzzRequest.Make), Requests, [200, 400, 404, 405, 415]);
    }

    [Fact]
    public async Task No_request_around_collections_does_either()
    {
        var count = Requests / 3;
        AssertReached(await SendAsync(count, FuzzRequest.MakeSearch), count, [200, 400, 404, 415]);
    }

    private async Task<int[]> SendAsync(int count, Func<Random, FuzzRequest> make)
    {
        var statuses = new int[600];
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var i = worker; i < count; i += Workers)
            {
                var request = make(new Random(Seed + i));
                using var message = request.ToMessage();
                using var response = await server.Http.SendAsync(message, Server.Cancelled);
                var text = await response.Content.ReadAsStringAsync(Server.Cancelled);
                var status = (int)response.StatusCode;
                Interlocked.Increment(ref statuses[status]);
                if (status >= 500 || (status >= 400 && !IsEnveloped(message.Method, text)) || (status == 200 && text.Contains("NaN", StringComparison.Ordinal)))
                {
                    Assert.Fail($"Seed {Seed}, request {i}: {status} {text}\n{request}");
                }
            }
        }, Server.Cancelled)));
        return statuses;
    }

    private static void AssertReached(int[] statuses, int count, int[] expected)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", statuses.Index().Where(status => status.Item > 0).Select(status => $"{status.Index}: {status.Item}")));
        Assert.Equal(count, statuses.Sum());
        Assert.All(expected, status => Assert.True(statuses[status] > count / 500, $"{status} came too rarely"));
    }

    private static bool IsEnveloped(HttpMethod method, string text)
    {
        if (method == HttpMethod.Head)
        {
            return text.Length == 0;
        }

        try
        {
            var error = JsonNode.Parse(text)!["error"]!;
            return error["message"]!.GetValue<string>().Length > 0 && error["type"]!.GetValue<string>().Length > 0
                && error.AsObject().ContainsKey("param") && error.AsObject().ContainsKey("code");
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            return false;
        }
    }
}
