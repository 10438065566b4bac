using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Hosting;

/// <summary>
/// The OpenAPI document is what clients are generated from, so it changes only on purpose: <c>EMBEDDINGS_UPDATE_SNAPSHOTS=1 dotnet test</c>
/// writes it anew.
/// </summary>
public sealed class OpenApiTests(Server server) : IClassFixture<Server>
{
    // First those that need nothing to be there; what deletes comes last.
    private static readonly string[] Order =
    [
        "createCollection", "getCollection", "upsertDocuments", "importDocuments", "reembedCollection", "search", "queryDocuments", "listDocuments", "getDocument", "countDocuments",
        "exportDocuments", "deleteDocuments", "deleteDocument", "deleteCollection",
    ];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_is_the_snapshot()
    {
        var document = (await server.GetAsync("/swagger/v1/swagger.json")).Json;
        var actual = document.ToJsonString(Indented) + "\n";
        var path = Path.Combine(Repository.Folder, "tests", "Embeddings.Api.Tests", "Hosting", "openapi.json");
        if (Environment.GetEnvironmentVariable("EMBEDDINGS_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(path, actual, Server.Cancelled);
        }

        Assert.Equal((await File.ReadAllTextAsync(path, Server.Cancelled)).ReplaceLineEndings(), actual.ReplaceLineEndings());
    }

    [Fact]
    public async Task Every_operation_has_a_summary_and_its_error_replies()
    {
        foreach (var (name, operation) in await OperationsAsync())
        {
            Assert.False(string.IsNullOrWhiteSpace(operation["summary"]?.GetValue<string>()), name);
            Assert.All(operation["responses"]!.AsObject(), response => Assert.NotEqual("", response.Value!["description"]!.GetValue<string>()));
            Assert.True(operation["responses"]!.AsObject().Any(response => response.Key[0] is '4' or '5') || name.EndsWith("/live", StringComparison.Ordinal), name);
        }
    }

    [Fact]
    public async Task The_example_of_every_operation_is_sent_successfully()
    {
        await using var server = new Server();
        foreach (var (name, operation) in (await OperationsAsync()).OrderBy(item => Array.IndexOf(Order, item.Operation["operationId"]!.GetValue<string>())))
        {
            var (method, path) = (name.Split(' ')[0], name.Split(' ')[1]);
            foreach (var parameter in operation["parameters"]?.AsArray() ?? [])
            {
                var example = parameter!["example"] ?? parameter["schema"]!["example"];
                path = path.Replace("{" + parameter["name"] + "}", $"{example}", StringComparison.Ordinal);
            }

            var bodies = operation["requestBody"]?["content"]?.AsObject().First().Value!["examples"]!.AsObject().Select(example => example.Value!["value"]);
            foreach (var body in bodies ?? [null])
            {
                using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = body is null ? null : JsonContent(body) };
                var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
                Assert.True(reply.Status is HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted, $"{name}: {reply.Text}");
            }
        }
    }

    [Fact]
    public async Task The_pages_are_there_and_lead_to_each_other()
    {
        var home = await server.GetAsync("/");
        Assert.Equal("text/html", home.Response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("href=\"swagger\"", home.Text, StringComparison.Ordinal);
        Assert.Contains("static-en-384", home.Text, StringComparison.Ordinal);
        Assert.Contains("swagger-ui", (await server.GetAsync("/swagger/index.html")).Text, StringComparison.Ordinal);
    }

    private async Task<List<(string Name, JsonNode Operation)>> OperationsAsync() =>
    [
        .. (await server.GetAsync("/swagger/v1/swagger.json")).Json["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!))),
    ];

    private static StringContent JsonContent(JsonNode node) => new(node.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}
