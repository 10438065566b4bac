using System.ComponentModel;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Embeddings.Clients.Tests;

/// <summary>Cohere's official JavaScript client, unmodified, classifies by the running server.</summary>
public sealed class CohereTests(RunningServer server)
{
    private static readonly string Folder = Path.Combine(ClientProgram.Built("clients"), "javascript");

    private static readonly object Examples = new object[]
    {
        new { text = "Where is my parcel?", label = "delivery" }, new { text = "When will my order arrive?", label = "delivery" },
        new { text = "I want my money back", label = "refund" }, new { text = "Please return the amount I paid", label = "refund" },
    };

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_client_reads_the_answers_of_plain_http()
    {
        await NeedClientAsync();
        var request = new { inputs = new[] { "Has my package been sent?", "Give me back what I paid" }, examples = Examples };
        var answer = await ClassifyAsync(request);
        using var response = await server.Http.PostAsJsonAsync("/v1/classify", request, Cancelled);
        var plain = (await response.Content.ReadFromJsonAsync<JsonNode>(Cancelled))!;
        Assert.Equal(["delivery", "refund"], answer["classifications"]!.AsArray().Select(item => item!["prediction"]!.GetValue<string>()));
        Assert.Equal(Answers(plain, "classification_type"), Answers(answer, "classificationType"));
    }

    [Fact]
    public async Task The_client_throws_its_own_bad_request_error_with_the_servers_words()
    {
        await NeedClientAsync();
        var answer = await ClassifyAsync(new { inputs = new[] { "a" }, examples = new[] { new { text = "a", label = "b" } } });
        Assert.Equal(("BadRequestError", 400), (answer["exception"]!.GetValue<string>(), answer["status"]!.GetValue<int>()));
        Assert.Contains("there is 1 label", answer["body"]!["error"]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static List<string> Answers(JsonNode reply, string type) =>
    [
        .. reply["classifications"]!.AsArray().Select(item =>
            $"{item!["input"]} {item["prediction"]} {item["confidence"]} {item["labels"]!.ToJsonString()} {item[type]}"),
    ];

    private async Task<JsonNode> ClassifyAsync(object request)
    {
        var root = server.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        var ended = await ChildProcess.Run(["node", "cohere.mjs", root], Folder, JsonSerializer.Serialize(request), Cancelled);
        Assert.True(ended.ExitCode == 0, ended.Errors);
        return JsonNode.Parse(ended.Output)!;
    }

    private static async Task NeedClientAsync()
    {
        const string Reason = "Cohere's client is not installed. Run npm ci --ignore-scripts in tests/clients/javascript.";
        if (!await IsInstalledAsync())
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("EMBEDDINGS_TEST_CLIENTS") == "required", Reason);
            Assert.Fail(Reason);
        }
    }

    private static async Task<bool> IsInstalledAsync()
    {
        try
        {
            return (await ChildProcess.Run(["node", "--input-type=module", "--eval", "import 'cohere-ai'"], Folder, "", Cancelled)).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // not even Node.js is there
        }
    }
}
