using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.OpenApi;

/// <summary>
/// The examples of the Swagger page, pressed from top to bottom on a new server: each is sent as the page sends it, and
/// its reply is the one that the page shows. <c>EMBEDDINGS_UPDATE_SNAPSHOTS=1</c> records the replies anew; the next
/// build has them in the OpenAPI document.
/// </summary>
public sealed class OpenApiExamplesTests
{
    /// <summary>The model whose replies the page shows.</summary>
    private const string Model = "all-MiniLM-L6-v2";

    // No model with labels comes with the program.
    private const string NeedsAnotherModel = "predict";

    private const double Rounding = 1e-4;

    // Only the beginning of a vector or of base64 is shown: a page of numbers says nothing.
    private const int ShownNumbers = 3;
    private const int ShownCharacters = 16;
    private const int LongestText = 200;

    // 1 January 2026, in Unix seconds.
    private const long Recorded = 1_767_225_600;

    // Figures of one moment and one machine, which would change the document each time.
    private static readonly Dictionary<string, long> OfTheMoment = new()
    {
        ["uptime_seconds"] = 3600,
        ["tokens_per_second"] = 0,
        ["tokens"] = 540,
        ["processors"] = 2,
        ["used_bytes"] = 380_000_000,
        ["available_bytes"] = 8_000_000_000,
        ["workers"] = 2,
    };

    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions OnOneLine = new(Indented) { WriteIndented = false };

    [Fact]
    public async Task Every_example_pressed_from_top_to_bottom_succeeds_and_gets_the_reply_that_is_shown()
    {
        await using var server = new Server(
            new() { ["Models:Default"] = Model, ["Models:Directory"] = "no-other-models" });
        var recorded = new JsonObject();
        var shown = new JsonObject();
        var paths = (await server.GetAsync("/swagger/v1/swagger.json")).Json["paths"]!.AsObject();
        foreach (var (path, method, operation) in paths.SelectMany(path => path.Value!.AsObject().Select(operation => (path.Key, operation.Key, operation.Value!))))
        {
            var id = operation["operationId"]!.GetValue<string>();
            if (id == NeedsAnotherModel)
            {
                continue;
            }

            var replies = (recorded[id] = new JsonObject()).AsObject();
            var (type, body) = operation["requestBody"]?["content"]?.AsObject().Single() ?? default;
            foreach (var (name, example) in body?["examples"]?.AsObject().ToList() ?? [new("Reply", null)])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method.ToUpperInvariant()), Address(path, operation)) { Content = ContentOf(example?["value"], type) };
                var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
                Assert.True(
                    reply.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted,
                    $"{id}, {name}: {reply.Text}");
                await AwaitAsync(server, reply);
                Assert.NotNull(operation["responses"]![((int)reply.Status).ToString(CultureInfo.InvariantCulture)]);
                if (reply.Response.Content.Headers.ContentType!.MediaType == "application/octet-stream")
                {
                    // Nothing to show.
                    continue;
                }

                replies[name] = reply.Response.Content.Headers.ContentType!.MediaType == "application/json" ? Shortened(reply.Json) : Lines(reply.Text);
            }

            var success = operation["responses"]!.AsObject().First(response => response.Key[0] == '2').Value!["content"]!.AsObject().First();
            shown[id] = new JsonObject((success.Value!["examples"]?.AsObject() ?? []).Select(example => KeyValuePair.Create(example.Key, example.Value!["value"]?.DeepClone())));
        }

        if (Environment.GetEnvironmentVariable("EMBEDDINGS_UPDATE_SNAPSHOTS") == "1")
        {
            var file = Path.Combine(Repository.Folder, "src", "Embeddings.Api", "OpenApi", "replies.json");
            await File.WriteAllTextAsync(file, recorded.ToJsonString(Indented) + "\n", Server.Cancelled);
            return;
        }

        AssertSame(recorded, shown, "");
    }

    // Otherwise it would depend on chance whether the next replies show the work in the background.
    private static async Task AwaitAsync(Server server, Reply reply)
    {
        while (reply.Status == HttpStatusCode.Accepted && (await server.GetAsync($"{reply.Response.Headers.Location}")).Json["reembedding"] is not null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Server.Cancelled);
        }
    }

    private static string Address(string path, JsonNode operation)
    {
        var query = new List<string>();
        foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
        {
            var name = parameter!["name"]!.GetValue<string>();
            if ((parameter["example"] ?? parameter["schema"]!["example"]) is { } example)
            {
                path = path.Replace("{" + name + "}", $"{example}", StringComparison.Ordinal);
                query.AddRange(parameter["in"]!.GetValue<string>() == "query" ? [$"{name}={Uri.EscapeDataString($"{example}")}"] : []);
            }
        }

        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    // As swagger-ui 5 does, tried in Chromium: JSON over several lines, and a text as it stands in the document, unless
    // "json" is in the type's name.
    private static StringContent? ContentOf(JsonNode? example, string? type) => example is null || type is null
        ? null
        : new StringContent(type.Contains("json", StringComparison.Ordinal) ? example.ToJsonString(Indented) : example.GetValue<string>(), Encoding.UTF8, type);

    private static JsonNode Lines(string text) =>
        string.Concat(OfLines(text).Select(line => Shortened(line)!.ToJsonString(OnOneLine) + "\n"));

    private static JsonNode? Shortened(JsonNode? node) => node switch
    {
        // The time of the recording would change the document each time.
        JsonObject collection when collection["object"]?.GetValue<string>() is "collection" or "classifier" or "job" or "list" && collection["created"]?.GetValue<long>() is not (null or Recorded) =>
            Shortened(new JsonObject(collection.Select(field => KeyValuePair.Create(field.Key, field.Key == "created" ? Recorded
                // Another processor may have other last digits, and so another digest.
                : field.Key == "digest" ? "…" : field.Value?.DeepClone())))),
        JsonObject progress when progress.ContainsKey("of") && progress["done"]!.GetValue<long>() > 0 =>
            Shortened(new JsonObject(progress.Select(field => KeyValuePair.Create(field.Key, field.Key == "done" ? 0 : field.Value?.DeepClone())))),
        JsonObject classifier when classifier["created_at"] is { } moment && moment.GetValue<long>() is not Recorded =>
            Shortened(new JsonObject(classifier.Select(field => KeyValuePair.Create(field.Key, field.Key == "created_at" ? Recorded : field.Value?.DeepClone())))),
        // An id that the server makes.
        JsonValue id when id.TryGetValue<string>(out var made) && Guid.TryParse(made.Split("embd-")[^1], out _) =>
            made.StartsWith("embd-", StringComparison.Ordinal) ? $"embd-{Guid.Empty}" : $"{Guid.Empty}",
        JsonArray { Count: > 2 * ShownNumbers } numbers when numbers[0]!.GetValueKind() == JsonValueKind.Number =>
            new JsonArray([.. numbers.Take(ShownNumbers).Select(number => number!.DeepClone())]),
        JsonArray items => new JsonArray([.. items.Select(Shortened)]),
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(
            field.Key, field.Value?.GetValueKind() == JsonValueKind.Number && OfTheMoment.TryGetValue(field.Key, out var moment) ? moment : Shortened(field.Value)))),
        JsonValue value when value.TryGetValue<string>(out var text) && text.Length > LongestText => text[..ShownCharacters],
        _ => node?.DeepClone(),
    };

    // Equal, except for the last digits of numbers.
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
                Assert.True(
                    Math.Abs(number - actual!.GetValue<double>()) < Rounding, $"{path}: {number} became {actual}");
                break;
            case JsonValue value when value.TryGetValue<string>(out var text) && text.EndsWith("}\n", StringComparison.Ordinal):
                AssertSame(OfLines(text), OfLines(actual!.GetValue<string>()), path);
                break;
            default:
                Assert.True(expected?.ToJsonString() == actual?.ToJsonString(), $"{path}: {expected} became {actual}");
                break;
        }
    }

    private static JsonArray OfLines(string text) =>
        new([.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line))]);
}
