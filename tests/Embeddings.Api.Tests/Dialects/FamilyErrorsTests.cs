using System.Net;
using System.Text;
using Embeddings.Api.Dialects.Cohere;
using Embeddings.Api.Dialects.Gemini;
using Embeddings.Api.Dialects.Ollama;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Failures that come before a handler, on the paths of each family, in the form that its clients read.</summary>
public sealed class FamilyErrorsTests
{
    private const string Ollama = "/api/embed";
    private const string Gemini = "/v1beta/models/static-en-384:embedContent";
    private const string GeminiInV1 = "/v1/models/static-en-384:batchEmbedContents";
    private const string Cohere = "/v1/embed";

    public static TheoryData<string> Paths =>
    [
        Ollama, "/api/embeddings", "/api/show", "/api/chat", Gemini, GeminiInV1, Cohere, "/v2/embed", "/v1/tokenize",
        "/v1/detokenize",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Failures_of_the_server_have_the_familys_form(string path)
    {
        await using var server = new Server(new() { ["Limits:MaxBodyBytes"] = "1024" });
        AssertForm(path, 405, await server.GetAsync(path));
        AssertForm(path, 413, await server.PostAsync(new { input = new string('a', 2000) }, path));
        AssertForm(path, 400, await server.PostAsync("{\"model\": \"static-en-384\", ", path));
        AssertForm(path, 400, await server.PostAsync("[1, 2]", path));
        using var xml = new StringContent("<a/>", Encoding.UTF8, "application/xml");
        AssertForm(path, 415, await Server.ReadAsync(await server.Http.PostAsync(path, xml, Server.Cancelled)));
        using var foreign = new HttpRequestMessage(HttpMethod.Post, path);
        foreign.Headers.Add("Origin", "https://stranger.example");
        AssertForm(path, 403, await Server.ReadAsync(await server.Http.SendAsync(foreign, Server.Cancelled)));
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task A_missing_key_is_told_in_the_familys_form(string path)
    {
        await using var server = new Server(new() { ["Auth:ApiKeys"] = "secret" });
        AssertForm(path, 401, await server.PostAsync("{}", path));
        server.Http.DefaultRequestHeaders.Add("Authorization", "Bearer secret");
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await server.PostAsync("{}", path)).Status);
    }

    [Theory]
    [InlineData(Gemini, "x-goog-api-key", true)]
    [InlineData(GeminiInV1, "x-goog-api-key", true)]
    [InlineData(Gemini + "?key=secret", null, true)]
    [InlineData(Gemini + "?key=wrong", null, false)]
    [InlineData(Gemini, "api-key", true)]
    [InlineData(Cohere, "x-goog-api-key", false)]
    [InlineData(Cohere + "?key=secret", null, false)]
    [InlineData("/v1/embeddings?key=secret", null, false)]
    public async Task A_key_is_taken_where_the_familys_clients_put_it(string path, string? header, bool isTaken)
    {
        await using var server = new Server(new() { ["Auth:ApiKeys"] = "secret" });
        if (header is not null)
        {
            server.Http.DefaultRequestHeaders.Add(header, "secret");
        }

        var reply = await server.PostAsync("{}", path);
        Assert.Equal(isTaken, reply.Status != HttpStatusCode.Unauthorized);
        Assert.DoesNotContain("wrong", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Overload_has_the_status_on_which_a_familys_clients_wait()
    {
        var busy = new Failure(FailureKind.TooManyRequests, "Wait.");
        IErrorDialect[] families = [OllamaErrors.Instance, GeminiErrors.Instance, CohereErrors.Instance];
        Assert.Equal([503, 429, 429], families.Select(family => family.Status(busy)));
        Assert.Equal(
            "server busy, please try again.  maximum pending requests exceeded",
            ((OllamaError)OllamaErrors.Instance.Body(busy)).Error);
        Assert.Equal("RESOURCE_EXHAUSTED", ((GeminiError)GeminiErrors.Instance.Body(busy)).Error.Status);
    }

    [Fact]
    public async Task A_method_that_gemini_has_and_this_server_has_not_is_told_in_its_form()
    {
        await using var server = new Server();
        AssertForm(Gemini, 404, await server.PostAsync("{}", "/v1beta/models/static-en-384:generateContent"));
        AssertForm(Gemini, 405, await server.GetAsync("/v1beta/models"));
    }

    private static void AssertForm(string path, int status, Reply reply)
    {
        Assert.True(status == (int)reply.Status, $"{path}: {reply.Status} {reply.Text}");
        var body = reply.Json.AsObject();
        string message;
        switch (path)
        {
            case var _ when path.StartsWith("/api/", StringComparison.Ordinal):
                Assert.Equal(["error"], body.Select(field => field.Key));
                message = body["error"]!.GetValue<string>();
                break;
            case Gemini or GeminiInV1:
                Assert.Equal(["error"], body.Select(field => field.Key));
                var error = body["error"]!.AsObject();
                Assert.Equal(["code", "message", "status"], error.Select(field => field.Key));
                Assert.Equal((status, StatusOf(status)), (error["code"]!.GetValue<int>(), error["status"]!.GetValue<string>()));
                message = error["message"]!.GetValue<string>();
                break;
            default:
                Assert.Equal(["id", "message"], body.Select(field => field.Key));
                Assert.True(Guid.TryParse(body["id"]!.GetValue<string>(), out _));
                message = body["message"]!.GetValue<string>();
                break;
        }

        Assert.NotEmpty(message);
        // Names of types or members of the program are of no use to a client.
        Assert.DoesNotContain("Embeddings.Api", message, StringComparison.Ordinal);
    }

    // Google's own table of codes and HTTP statuses.
    private static string StatusOf(int status) => status switch
    {
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        _ => "INVALID_ARGUMENT",
    };
}
