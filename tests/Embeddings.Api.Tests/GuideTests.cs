using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests;

/// <summary>
/// The README as a reader follows it, from top to bottom on a fresh server: every curl command that goes to the server
/// is sent as it stands there, and where a reply is printed behind it, that is the reply.
/// </summary>
public sealed partial class GuideTests : IAsyncDisposable
{
    private const double Rounding = 1e-5;

    // The README's server has the default model, not the small one of the other tests.
    private readonly Server _server = new(new() { ["Models:Default"] = "all-MiniLM-L6-v2" });

    // What "curl … > name" has written.
    private readonly Dictionary<string, string> _files = [];

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Every_request_of_the_readme_gets_the_reply_that_the_readme_shows()
    {
        var readme = await ReadmeAsync();
        var commands = Commands().Matches(readme);
        Assert.True(commands.Count >= 9, $"The README has only {commands.Count} commands that this test finds.");
        Assert.Equal(ServerAddress().Count(readme), commands.Count);
        JsonNode? last = null;
        foreach (Match command in commands)
        {
            var reply = await SendAsync(command);
            Assert.True((int)reply.Status is >= 200 and < 300, $"{command.Value}: {reply.Text}");
            if (command.Groups["file"] is { Success: true, Value: var file })
            {
                _files[file] = reply.Text;
            }

            if (command.Groups["reply"] is { Success: true, Value: var shown })
            {
                AssertSame(
                    JsonNode.Parse(shown.Replace("…]", "\"…\"]", StringComparison.Ordinal)),
                    reply.Json,
                    command.Groups["path"].Value);
            }

            last = command.Groups["path"].Value == "/search" && readme.IndexOf("```text\nAnswer from", StringComparison.Ordinal) > command.Index ? reply.Json : last;
        }

        // The prompt is made of the reply before it.
        var notes = last!["results"]!.AsArray().Select(result => $"- {result!["text"]!.GetValue<string>()}\n");
        var prompt = $"Answer from these notes alone:\n{string.Concat(notes)}\nQuestion: How often do I have to descale the coffee machine?\n";
        Assert.Contains($"```text\n{prompt}```", readme, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_guide_says_of_the_replies_is_so()
    {
        var words = (await _server.PostAsync("""{"sources": ["cat"], "targets": ["kitten", "car"]}""", "/similarity")).Json["scores"]![0]!;
        Assert.True(words[0]!.GetValue<float>() > words[1]!.GetValue<float>() + 0.3f);
        var shape = """{"inputs": {"source_sentence": "cat", "sentences": ["kitten", "car"]}}""";
        Assert.Equal(words.ToJsonString(), (await _server.PostAsync(shape, "/similarity")).Json.ToJsonString());
    }

    private static async Task<string> ReadmeAsync() =>
        (await File.ReadAllTextAsync(Path.Combine(Repository.Folder, "README.md"), Server.Cancelled)).ReplaceLineEndings("\n");

    private async Task<Reply> SendAsync(Match command)
    {
        var (method, path) = (command.Groups["method"].Value, command.Groups["path"].Value);
        var body = command.Groups["body"] is { Success: true, Value: var text } ? text
            : command.Groups["sent"] is { Success: true, Value: var file } ? _files[file]
            : null;
        using var request = new HttpRequestMessage(
            new HttpMethod(method.Length > 0 ? method : body is null ? "GET" : "POST"), new Uri(_server.Http.BaseAddress!, path));
        // The content type that curl sends if the command line has none.
        request.Content = body is null ? null : new StringContent(
            body, Encoding.UTF8, "application/x-www-form-urlencoded");
        return await Server.ReadAsync(await _server.Http.SendAsync(request, Server.Cancelled));
    }

    // The same, but for the last digits of numbers, which another processor may have otherwise, and what "…" stands
    // for.
    private static void AssertSame(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject fields:
                Assert.Equal(fields.Select(field => field.Key), actual!.AsObject().Select(field => field.Key));
                Assert.All(fields, field => AssertSame(field.Value, actual![field.Key], $"{path}.{field.Key}"));
                break;
            case JsonValue value when IsDots(value):
                Assert.NotNull(actual);
                break;
            case JsonArray { Count: > 0 } items when IsDots(items[^1]):
                Assert.All(
                    items.Take(items.Count - 1).Index(),
                    item => AssertSame(item.Item, actual![item.Index], $"{path}[{item.Index}]"));
                break;
            case JsonArray items:
                Assert.Equal(items.Count, actual!.AsArray().Count);
                Assert.All(items.Index(), item => AssertSame(item.Item, actual![item.Index], $"{path}[{item.Index}]"));
                break;
            case JsonValue value when value.TryGetValue<double>(out var number):
                Assert.True(
                    Math.Abs(number - actual!.GetValue<double>()) < Rounding, $"{path}: {number} became {actual}");
                break;
            default:
                Assert.Equal(expected?.ToJsonString(), actual?.ToJsonString());
                break;
        }
    }

    private static bool IsDots(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && text == "…";

    [GeneratedRegex(
        """
        curl\ (-X\ (?<method>[A-Z]+)\ )?localhost:8080(?<path>[^\s']+)
        (\ -d\ '(?<body>[^']*)'|\ --data-binary\ @(?<sent>\S+))?(\ >\ (?<file>\S+))?[^\n]*\n
        (```\n\n```json\n(?<reply>[^\n]*)\n```)?
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture)]
    private static partial Regex Commands();

    [GeneratedRegex("curl [^`\n]*localhost:8080")]
    private static partial Regex ServerAddress();
}
