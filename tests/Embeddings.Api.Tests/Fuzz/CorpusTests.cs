using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Fuzz;

/// <summary>
/// Small requests that were once answered wrongly, each a line of <c>corpus.jsonl</c> with the right status, and a part
/// of the right answer.
/// </summary>
public sealed class CorpusTests(Server server) : IClassFixture<Server>
{
    public static TheoryData<string> Lines => [.. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Fuzz", "corpus.jsonl")).Where(line => line.Length > 0)];

    [Theory]
    [MemberData(nameof(Lines))]
    public async Task What_was_once_answered_wrongly_is_answered_right(string line)
    {
        var found = JsonNode.Parse(line)!;
        using var message = new HttpRequestMessage(new HttpMethod(Text("method") ?? "POST"), Text("path"));
        if ((Text("base64") is { } base64 ? Convert.FromBase64String(base64) : Text("body") is { } body ? System.Text.Encoding.UTF8.GetBytes(body) : null) is { } bytes)
        {
            message.Content = new ByteArrayContent(bytes) { Headers = { ContentType = MediaTypeHeaderValue.Parse(Text("type") ?? "application/json") } };
            message.Content.Headers.TryAddWithoutValidation("Content-Encoding", Text("encoding") ?? "identity");
        }

        using var response = await server.Http.SendAsync(message, Server.Cancelled);
        var answer = await response.Content.ReadAsStringAsync(Server.Cancelled);
        Assert.True(
            (HttpStatusCode)found["status"]!.GetValue<int>() == response.StatusCode,
            $"{(int)response.StatusCode} {answer}");
        Assert.Contains(Text("says") ?? "", answer, StringComparison.Ordinal);
        Assert.True(response.IsSuccessStatusCode || FuzzTests.IsEnveloped(message.Method, answer), answer);

        string? Text(string name) => found[name]?.GetValue<string>();
    }
}
