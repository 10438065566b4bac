using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Fuzz;

/// <summary>
/// Requests that nobody would send on purpose, a hundred thousand of them in a long run. The seed is another one each
/// day and printed with a failure; <c>EMBEDDINGS_TEST_SEED</c> and <c>EMBEDDINGS_TEST_REQUESTS</c> set other ones. What
/// was found once is in <see cref="CorpusTests"/>.
/// </summary>
[Collection(nameof(Alone))]
public sealed class FuzzTests(Server server) : IClassFixture<Server>
{
    private const int Workers = 8;
    private const int Parts = 4;

    // One request in this many stores a document, in a collection that no other request names.
    private const int KeepsEvery = 250;
    private const int MostMegabytesMore = 24;

    private static readonly int Requests = Effort.Count("EMBEDDINGS_TEST_REQUESTS", 6_000, 100_000);

    [Fact]
    public async Task No_request_brings_a_5xx_or_an_error_without_its_envelope()
    {
        // If all requests get the same status, the fuzzer tests nothing.
        AssertReached(await SendAsync("kept", 0, Requests, FuzzRequest.Make), Requests, [200, 400, 404, 405, 415]);
    }

    [Fact]
    public async Task No_request_around_collections_does_either_and_none_takes_what_others_have_kept_or_memory_for_good()
    {
        var count = Requests / 3 / Parts * Parts;
        var statuses = new int[600];
        var megabytes = new List<long>();
        for (var part = 0; part < Parts; part++)
        {
            var more = await SendAsync(
                "kept-too", part * (count / Parts), (part + 1) * (count / Parts), FuzzRequest.MakeSearch);
            statuses = [.. statuses.Zip(more, (x, y) => x + y)];
            await server.DeleteAsync("/collections/default");
            await server.DeleteAsync("/collections/own");
            megabytes.Add(GC.GetTotalMemory(forceFullCollection: true) >> 20);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"MB alive after each part: {string.Join(", ", megabytes)}");
        AssertReached(statuses, count, [200, 400, 404, 415]);
        Assert.InRange(megabytes[^1], 0, megabytes[0] + MostMegabytesMore);
        var kept = await server.PostAsync("{}", "/collections/kept-too/count");
        Assert.Equal((count + KeepsEvery - 1) / KeepsEvery, kept.Json["count"]!.GetValue<int>());
    }

    private async Task<int[]> SendAsync(string kept, int start, int end, Func<Random, FuzzRequest> make)
    {
        var statuses = new int[600];
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var i = start + worker; i < end; i += Workers)
            {
                if (i % KeepsEvery == 0)
                {
                    await server.AddAsync(kept, $$"""[{"id": "{{i}}", "vector": [1, {{i}}]}]""");
                }

                var request = make(new Random(Effort.Seed + i));
                using var message = request.ToMessage();
                using var response = await server.Http.SendAsync(message, Server.Cancelled);
                var text = await response.Content.ReadAsStringAsync(Server.Cancelled);
                var status = (int)response.StatusCode;
                Interlocked.Increment(ref statuses[status]);
                if (status >= 500 || (status >= 400 && !IsOfTei(status, text) && !IsEnveloped(message.Method, text)) || (status == 200 && text.Contains("NaN", StringComparison.Ordinal)))
                {
                    Assert.Fail($"EMBEDDINGS_TEST_SEED={Effort.Seed}, request {i}: {status} {text}\n{request}");
                }
            }
        }, Server.Cancelled)));
        return statuses;
    }

    private static void AssertReached(int[] statuses, int count, int[] expected)
    {
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"EMBEDDINGS_TEST_SEED={Effort.Seed}: {string.Join(", ", statuses.Index().Where(status => status.Item > 0).Select(status => $"{status.Index}: {status.Item}"))}");
        Assert.Equal(count, statuses.Sum());
        Assert.All(expected, status => Assert.True(statuses[status] > count / 500, $"{status} came too rarely"));
    }

    // Its clients expect no body for a wrong method; POST / is its own.
    private static bool IsOfTei(int status, string text) => status == 405 && text.Length == 0;

    internal static bool IsEnveloped(HttpMethod method, string text)
    {
        if (method == HttpMethod.Head)
        {
            return text.Length == 0;
        }

        try
        {
            // Text Embeddings Inference's, where a body at a path that it has too is in its shape.
            if (text.StartsWith("Failed to ", StringComparison.Ordinal)
                || text.StartsWith("Expected request with ", StringComparison.Ordinal))
            {
                return true;
            }

            var error = JsonNode.Parse(text)!["error"]!;
            if (error.GetValueKind() == System.Text.Json.JsonValueKind.String)
            {
                // Of Weaviate and Text Embeddings Inference.
                return error.GetValue<string>().Length > 0;
            }

            if (JsonNode.Parse(text)!["status"] is not null)
            {
                // Of Pinecone.
                return error["message"]!.GetValue<string>().Length > 0 && error["code"]!.GetValue<string>().Length > 0;
            }

            return error["message"]!.GetValue<string>().Length > 0 && error["type"]!.GetValue<string>().Length > 0
                && error.AsObject().ContainsKey("param") && error.AsObject().ContainsKey("code");
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            return false;
        }
    }
}

/// <summary>Beside no other tests, whose memory is the same process'.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
