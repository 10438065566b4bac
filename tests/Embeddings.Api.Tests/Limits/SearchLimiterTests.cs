using System.Net;
using Embeddings.Api.Limits;
using Microsoft.Extensions.DependencyInjection;

namespace Embeddings.Api.Tests.Limits;

/// <summary>Every route that looks at many documents takes a permit of the concurrency limiter.</summary>
public sealed class SearchLimiterTests
{
    private static readonly Dictionary<string, string?> OnePermit = new() { ["Limits:MaxConcurrentSearches"] = "1", ["Limits:MaxQueuedSearches"] = "0", ["Limits:MaxSeconds"] = "1" };

    public static TheoryData<string, string> Scanning => new()
    {
        { "/search", """{"collection": "own", "query": [1, 2]}""" },
        { "/search", """{"documents": [{"vector": [1, 2]}], "query": [1, 2]}""" },
        { "/collections/own/count", """{"filter": {"n": 1}}""" },
        { "/collections/own/documents/list", """{"filter": {"n": 1}}""" },
        { "/collections/own/documents/delete", """{"filter": {"n": 1}}""" },
    };

    [Theory]
    [MemberData(nameof(Scanning))]
    public async Task A_scan_that_gets_no_permit_is_told_to_come_again(string path, string body)
    {
        await using var server = new Server(OnePermit);
        await server.AddAsync("own", """[{"id": "a", "vector": [1, 2], "metadata": {"n": 1}}]""");
        using (await server.Services.GetRequiredService<SearchLimiter>().EnterAsync(Server.Cancelled))
        {
            var refused = await server.PostAsync(body, path);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.Status);
            Assert.Equal(HttpStatusCode.OK, (await server.GetAsync("/health/live")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(body, path)).Status);
    }

    [Theory]
    [MemberData(nameof(Scanning))]
    public async Task What_waits_longer_than_a_request_may_take_is_ended(string path, string body)
    {
        await using var server = new Server(
            new Dictionary<string, string?>(OnePermit) { ["Limits:MaxQueuedSearches"] = "1" });
        await server.AddAsync("own", """[{"id": "a", "vector": [1, 2], "metadata": {"n": 1}}]""");
        using var permit = await server.Services.GetRequiredService<SearchLimiter>().EnterAsync(Server.Cancelled);
        Assert.Equal(HttpStatusCode.GatewayTimeout, (await server.PostAsync(body, path)).Status);
    }
}
