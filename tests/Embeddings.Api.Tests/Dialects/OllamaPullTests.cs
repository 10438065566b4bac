using System.Net;
using System.Text.Json.Nodes;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tests;
using Embeddings.Inference.Tests.Hub;
using Embeddings.Inference.Tests.Models;
using Microsoft.Extensions.DependencyInjection;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Pulling a model while the server runs, from a hub on this machine.</summary>
public sealed class OllamaPullTests : IAsyncLifetime
{
    // The default model; the folder is the one where models are added.
    private readonly TinyModel _default = new(
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4]);

    private HubServer _hub = null!;
    private TinyRepository _repository = null!;
    private Server _server = null!;

    public async ValueTask InitializeAsync()
    {
        _hub = await HubServer.StartAsync();
        _repository = new TinyRepository(_hub);
        _repository["config.json"] = """{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 2, "max_position_embeddings": 512, "num_hidden_layers": 1, "num_attention_heads": 2}""";
        _server = Start(download: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        await _hub.DisposeAsync();
        _default.Dispose();
    }

    [Theory]
    [InlineData("hf.co/owner/tiny-en")]
    [InlineData("owner/tiny-en:latest")]
    public async Task A_model_of_the_hub_is_served_without_a_restart_and_the_progress_is_told(string name)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await EmbedAsync(name)).Status);
        var lines = Lines(await PullAsync($$"""{"model": "{{name}}"}"""));
        Assert.Equal("pulling manifest", lines[0]["status"]!.GetValue<string>());
        Assert.Equal("success", lines[^1]["status"]!.GetValue<string>());
        var progress = lines[^2];
        Assert.Equal("pulling onnx/model.onnx", progress["status"]!.GetValue<string>());
        Assert.Matches("^sha256:[0-9a-f]{64}$", progress["digest"]!.GetValue<string>());
        Assert.Equal(progress["total"]!.GetValue<long>(), progress["completed"]!.GetValue<long>());

        // [CLS] is (0, 5), 'a' is (3, 4) and [SEP] is zero: the mean of the three points to (1, 3).
        var vector = (await EmbedAsync(name)).Json["embeddings"]![0]!.AsArray();
        Assert.Equal(1 / Math.Sqrt(10), vector[0]!.GetValue<double>(), 1e-6);
        Assert.Equal(HttpStatusCode.OK, (await _server.PostAsync(new { model = "tiny-en", input = "a" })).Status);
        var shown = (await _server.PostAsync("""{"model": "tiny-en"}""", "/api/show")).Json["model_info"]!;
        // Six tokens of two numbers.
        Assert.Equal((12, 1, 2), (shown["general.parameter_count"]!.GetValue<int>(), shown["bert.block_count"]!.GetValue<int>(), shown["bert.attention.head_count"]!.GetValue<int>()));
        Assert.Contains("tiny-en:latest", (await _server.GetAsync("/api/tags")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_is_served_already_is_left_as_it_is()
    {
        await PullAsync("""{"name": "owner/tiny-en", "stream": false}""");
        var requests = _hub.Requests.Count;
        var again = await PullAsync("""{"model": "owner/tiny-en", "stream": false}""");
        Assert.Equal("""{"status":"success"}""", again.Text);
        Assert.Equal(["pulling manifest", "success"], Lines(await PullAsync("""{"model": "tiny"}""")).Select(line => line["status"]!.GetValue<string>()));
        Assert.Equal(requests, _hub.Requests.Count);
    }

    [Fact]
    public async Task Two_who_pull_the_same_model_at_once_both_succeed()
    {
        var replies = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => PullAsync("""{"model": "owner/tiny-en", "stream": false}""")));
        Assert.All(replies, reply => Assert.Equal("""{"status":"success"}""", reply.Text));
        Assert.Single((await _server.GetAsync("/api/tags")).Json["models"]!.AsArray(), tag => tag!["name"]!.GetValue<string>() == "owner/tiny-en:latest");
    }

    [Theory]
    [InlineData("""{"model": "nothing"}""", 404, "pull model manifest: file does not exist")]
    [InlineData("""{"model": "nothing", "stream": false}""", 404, "pull model manifest: file does not exist")]
    [InlineData("{}", 404, "pull model manifest: file does not exist")]
    [InlineData("""{"model": "../../etc/passwd"}""", 404, "pull model manifest: file does not exist")]
    [InlineData("""{"model": "owner/absent", "stream": false}""", 404, "no repository owner/absent")]
    [InlineData("""{"model": "owner/tiny", "stream": false}""", 500, "'tiny' is a name of 'tests/tiny' already")]
    [InlineData(null, 400, "missing request body")]
    public async Task What_cannot_be_pulled_says_why(string? body, int status, string part)
    {
        var reply = await _server.SendAsync(HttpMethod.Post, "/api/pull", body);
        Assert.Equal(status, (int)reply.Status);
        Assert.Contains(part, reply.Json["error"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_the_middle_is_the_last_line_and_names_no_folder_of_the_server()
    {
        _repository.SetBytes("onnx/model.onnx", [1, 2, 3]);
        var lines = Lines(await PullAsync("""{"model": "owner/tiny-en"}"""));
        var error = lines[^1]["error"]!.GetValue<string>();
        Assert.Contains("owner/tiny-en", error, StringComparison.Ordinal);
        Assert.DoesNotContain(_default.Models, error, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await EmbedAsync("owner/tiny-en")).Status);
    }

    [Fact]
    public async Task Where_downloads_are_off_nothing_is_asked_of_the_hub()
    {
        await using var server = Start(download: false);
        var reply = await server.PostAsync("""{"model": "owner/tiny-en", "stream": false}""", "/api/pull");
        Assert.Equal(HttpStatusCode.InternalServerError, reply.Status);
        Assert.Contains("Models:Download is off", reply.Json["error"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
    }

    private static JsonNode[] Lines(Reply reply)
    {
        Assert.Equal((HttpStatusCode.OK, "application/x-ndjson"), (reply.Status, reply.Response.Content.Headers.ContentType?.MediaType));
        return [.. reply.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
    }

    private Task<Reply> EmbedAsync(string name) =>
        _server.PostAsync($$"""{"model": "{{name}}", "input": ["a"]}""", "/api/embed");

    private Task<Reply> PullAsync(string body) => _server.PostAsync(body, "/api/pull");

    private Server Start(bool download) => new(
        new()
        {
            ["Models:Directory"] = _default.Models,
            ["Models:Default"] = TinyModel.Name,
            ["Models:Download"] = $"{download}",
        },
        services => services.AddSingleton(
            new HubOptions
            {
                Endpoint = _hub.Address,
                CacheDirectory = Path.Combine(_default.Models, "cache"),
                RetryDelay = TimeSpan.FromMilliseconds(1),
            }));
}
