using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Embeddings.Api.Tests.Access;

/// <summary>Keys, and what happens when more comes than can be done.</summary>
public sealed class AccessTests
{
    private static readonly Dictionary<string, string?> Keys =
        new() { ["Auth:ApiKeys:0"] = "first", ["Auth:ApiKeys:1"] = "second" };

    [Theory]
    [InlineData("Authorization", "Bearer first", HttpStatusCode.OK)]
    [InlineData("Authorization", "bearer second", HttpStatusCode.OK)]
    [InlineData("api-key", "second", HttpStatusCode.OK)]
    [InlineData("Authorization", "Bearer third", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "Bearer ", HttpStatusCode.Unauthorized)]
    [InlineData("Authorization", "first", HttpStatusCode.Unauthorized)]
    [InlineData("api-key", "", HttpStatusCode.Unauthorized)]
    public async Task A_key_is_taken_as_openai_and_azure_clients_send_it(
        string header, string value, HttpStatusCode status)
    {
        await using var server = new Server(Keys);
        foreach (var path in new[] { "/v1/models", "/models", "/openai/models" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation(header, value);
            var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
            Assert.Equal(status, reply.Status);
            if (status == HttpStatusCode.Unauthorized)
            {
                reply.AssertEnvelope(status);
                Assert.Equal("Bearer", reply.Header("WWW-Authenticate"));
                Assert.Equal("invalid_api_key", reply.Error["code"]!.GetValue<string>());
                Assert.DoesNotContain("third", reply.Text, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/health")]
    [InlineData("/healthz")]
    [InlineData("/ping")]
    [InlineData("/swagger/index.html")]
    public async Task Pages_and_probes_need_no_key(string path)
    {
        await using var server = new Server(Keys);
        Assert.Equal(HttpStatusCode.OK, (await server.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Without_keys_any_key_will_do()
    {
        await using var server = new Server();
        server.Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "EMPTY");
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = "a" })).Status);
    }

    [Fact]
    public async Task A_request_beyond_the_queue_is_refused_at_once_and_told_when_to_come_again()
    {
        await using var server = new Server(
            new() { ["Limits:MaxTokens"] = "200000", ["Limits:MaxQueuedTokens"] = "200000" });
        // Each of them nearly fills the queue. The test cannot tell whether two meet there.
        var large =
            new { input = Enumerable.Range(0, 1500).Select(i => string.Concat(Enumerable.Repeat($"word {i} ", 40))) };
        Reply[] replies;
        do
        {
            replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.PostAsync(large)));
        }
        while (replies.All(reply => reply.Status == HttpStatusCode.OK));

        Assert.Contains(replies, reply => reply.Status == HttpStatusCode.OK);
        foreach (var refused in replies.Where(reply => reply.Status != HttpStatusCode.OK))
        {
            refused.AssertEnvelope(HttpStatusCode.TooManyRequests);
            Assert.Equal("rate_limit_exceeded", refused.Error["code"]!.GetValue<string>());
            Assert.True(
                int.Parse(refused.Header("Retry-After")!, System.Globalization.CultureInfo.InvariantCulture) >= 1);
            Assert.NotNull(refused.Header("retry-after-ms"));
        }
    }

    [Fact]
    public async Task A_slow_body_takes_no_room_in_the_queue()
    {
        await using var server = new Server(new() { ["Limits:MaxTokens"] = "16", ["Limits:MaxQueuedTokens"] = "16" });
        var (body, first) = await BeginAsync(server, "a ");
        Assert.Equal(HttpStatusCode.OK, (await server.PostAsync(new { input = "a" })).Status);
        body.Finish("cat\"}");
        Assert.Equal(HttpStatusCode.OK, (await first).StatusCode);
    }

    [Fact]
    public async Task A_request_that_takes_too_long_ends()
    {
        await using var server = new Server(new() { ["Limits:MaxSeconds"] = "1" });
        var (body, first) = await BeginAsync(server, "a ");
        // A client reads the reply after it has sent its body: by then the time is over.
        await Task.Delay(TimeSpan.FromSeconds(2), Server.Cancelled);
        body.Finish("cat\"}");
        (await Server.ReadAsync(await first)).AssertEnvelope(HttpStatusCode.GatewayTimeout);
    }

    [Fact]
    public async Task Bodies_that_would_not_fit_into_memory_together_are_refused_until_there_is_room()
    {
        await using var server = new Server(
            new() { ["Limits:MaxBodyBytes"] = "30000", ["Limits:MaxBodyBytesTogether"] = "40000" });
        var text = new string('b', 25_000);
        Reply? refused = null;
        for (var round = 0; round < 100 && refused is null; round++)
        {
            // The test cannot tell which of the two arrives first, and whether the memory of the round before was
            // released.
            var (body, first) = await BeginAsync(server, new string('a', 25_000));
            var reply = await server.PostAsync(new { input = text });
            body.Finish("\"}");
            refused = await IsOkAsync(first) && reply.Status != HttpStatusCode.OK ? reply : null;
        }

        Assert.NotNull(refused);
        refused.AssertEnvelope(HttpStatusCode.TooManyRequests);
        var status = HttpStatusCode.TooManyRequests;
        for (var round = 0; round < 100 && status != HttpStatusCode.OK; round++)
        {
            status = (await server.PostAsync(new { input = text })).Status;
        }

        Assert.Equal(HttpStatusCode.OK, status);
    }

    // A server that refuses in mid-body may close the connection under the rest of it.
    private static async Task<bool> IsOkAsync(Task<HttpResponseMessage> reply)
    {
        try
        {
            return (await reply).StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<(UnfinishedContent Body, Task<HttpResponseMessage> Reply)> BeginAsync(
        Server server, string text)
    {
        var body = new UnfinishedContent("{\"input\": \"" + text);
        var reply = server.Http.PostAsync(new Uri("/v1/embeddings", UriKind.Relative), body, Server.Cancelled);
        await body.Begun.WaitAsync(Server.Cancelled);
        return (body, reply);
    }

    private sealed class UnfinishedContent : HttpContent
    {
        private readonly string _start;
        private readonly TaskCompletionSource _begun = new();
        private readonly TaskCompletionSource<string> _rest = new();

        public UnfinishedContent(string start)
        {
            _start = start;
            Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        public Task Begun => _begun.Task;

        public void Finish(string rest) => _rest.SetResult(rest);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(_start));
            await stream.FlushAsync();
            _begun.SetResult();
            await stream.WriteAsync(Encoding.UTF8.GetBytes(await _rest.Task));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
