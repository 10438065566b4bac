using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests;

/// <summary>The README's guide, as a reader follows it: every request is sent as it stands there, and its reply is the one that stands there.</summary>
public sealed partial class GuideTests(Server server) : IClassFixture<Server>
{
    private const double Rounding = 1e-5;

    [Fact]
    public async Task Every_request_of_the_guide_gets_the_reply_that_the_guide_shows()
    {
        var guide = await GuideAsync();
        var steps = Steps().Matches(guide);
        Assert.Equal(8, steps.Count);
        JsonNode? last = null;
        foreach (Match step in steps)
        {
            var reply = await server.PostAsync(step.Groups["body"].Value, step.Groups["path"].Value);
            Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
            AssertSame(JsonNode.Parse(step.Groups["reply"].Value), reply.Json, step.Groups["path"].Value);
            last = reply.Json;
        }

        // The prompt is what one makes of the last reply.
        var notes = last!["results"]!.AsArray().Select(result => $"- {result!["text"]!.GetValue<string>()}\n");
        var prompt = $"Answer from these notes alone:\n{string.Concat(notes)}\nQuestion: How often do I have to descale the coffee machine?\n";
        Assert.Contains($"```text\n{prompt}```", guide, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_guide_says_of_the_replies_is_so()
    {
        var words = (await server.PostAsync("""{"sources": ["cat"], "targets": ["kitten", "car"]}""", "/similarity")).Json["scores"]![0]!;
        Assert.True(words[0]!.GetValue<float>() > words[1]!.GetValue<float>() + 0.3f);
        var shape = """{"inputs": {"source_sentence": "cat", "sentences": ["kitten", "car"]}}""";
        Assert.Equal(words.ToJsonString(), (await server.PostAsync(shape, "/similarity")).Json.ToJsonString());
    }

    private static async Task<string> GuideAsync()
    {
        var readme = (await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "README.md"), Server.Cancelled)).ReplaceLineEndings("\n");
        return readme[readme.IndexOf("## Guide\n", StringComparison.Ordinal)..readme.IndexOf("## Which model answers\n", StringComparison.Ordinal)];
    }

    // The same, but for the last digits of numbers, which another processor may have otherwise.
    private static void AssertSame(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject fields:
                Assert.Equal(fields.Select(field => field.Key), actual!.AsObject().Select(field => field.Key));
                Assert.All(fields, field => AssertSame(field.Value, actual![field.Key], $"{path}.{field.Key}"));
                break;
            case JsonArray items:
                Assert.Equal(items.Count, actual!.AsArray().Count);
                Assert.All(items.Index(), item => AssertSame(item.Item, actual![item.Index], $"{path}[{item.Index}]"));
                break;
            case JsonValue value when value.TryGetValue<double>(out var number):
                Assert.True(Math.Abs(number - actual!.GetValue<double>()) < Rounding, $"{path}: {number} became {actual}");
                break;
            default:
                Assert.Equal(expected?.ToJsonString(), actual?.ToJsonString());
                break;
        }
    }

    [GeneratedRegex(@"```sh\ncurl localhost:8080(?<path>\S+) -d '(?<body>[^']*)'\n```\n\n```json\n(?<reply>[^\n]*)\n```")]
    private static partial Regex Steps();
}
