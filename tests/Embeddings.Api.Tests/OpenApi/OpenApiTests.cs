using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.OpenApi;

/// <summary>
/// The OpenAPI document is what clients are generated from, so it changes only on purpose:
/// <c>EMBEDDINGS_UPDATE_SNAPSHOTS=1 dotnet test</c> writes it anew.
/// </summary>
public sealed class OpenApiTests(Server server) : IClassFixture<Server>
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact]
    public async Task The_document_is_the_snapshot()
    {
        var document = (await server.GetAsync("/swagger/v1/swagger.json")).Json;
        var actual = document.ToJsonString(Indented) + "\n";
        var path = Path.Combine(Repository.Folder, "tests", "Embeddings.Api.Tests", "OpenApi", "openapi.json");
        if (Environment.GetEnvironmentVariable("EMBEDDINGS_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllTextAsync(path, actual, Server.Cancelled);
        }

        Assert.Equal(
            (await File.ReadAllTextAsync(path, Server.Cancelled)).ReplaceLineEndings(), actual.ReplaceLineEndings());
    }

    [Fact]
    public async Task Every_operation_has_a_summary_and_its_error_replies()
    {
        foreach (var (name, operation) in await OperationsAsync())
        {
            Assert.False(string.IsNullOrWhiteSpace(operation["summary"]?.GetValue<string>()), name);
            Assert.All(
                operation["responses"]!.AsObject(),
                response => Assert.NotEqual("", response.Value!["description"]!.GetValue<string>()));
            Assert.True(operation["responses"]!["504"] is not null || name.Contains("port", StringComparison.Ordinal) || name.EndsWith("/backup", StringComparison.Ordinal) || name.Contains("/health/", StringComparison.Ordinal), name);
            Assert.True(operation["responses"]!["503"] is not null || operation["requestBody"] is null, name);
            Assert.Equal(
                operation["responses"]!.AsObject().Select(response => response.Key).Order(StringComparer.Ordinal),
                operation["responses"]!.AsObject().Select(response => response.Key));
            Assert.True(operation["responses"]!.AsObject().Any(response => response.Key[0] is '4' or '5') || name.EndsWith("/live", StringComparison.Ordinal), name);
        }
    }

    [Fact]
    public async Task Schemas_have_names_that_are_words_in_every_language()
    {
        var names = (await server.GetAsync("/swagger/v1/swagger.json")).Json["components"]!["schemas"]!.AsObject().Select(schema => schema.Key).ToList();
        Assert.All(names, name => Assert.Matches("^[A-Z][A-Za-z]+$", name));
        Assert.All(names, name => Assert.DoesNotMatch("IReadOnlyList|OneOr|Nullable|`", name));
        Assert.Equal(names.Count, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Fact]
    public async Task Documents_stand_above_collections_and_what_is_deleted_last_is_the_collection()
    {
        var operations = await OperationsAsync();
        Assert.Equal(
            ["OpenAI", "Similarity", "Tokens", "Documents", "Search", "Reranking", "Maps and topics", "Jobs", "Classification", "Collections", "Health"],
            operations.Select(item => item.Operation["tags"]![0]!.GetValue<string>()).Distinct());
        Assert.Equal("deleteCollection", operations.Last(item => item.Operation["tags"]![0]!.GetValue<string>() == "Collections").Operation["operationId"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_pages_are_there_and_lead_to_each_other()
    {
        var home = await server.GetAsync("/");
        Assert.Equal("text/html", home.Response.Content.Headers.ContentType?.MediaType);
        Assert.Contains("href=\"/swagger\"", home.Text, StringComparison.Ordinal);
        Assert.Contains("static-en-384", home.Text, StringComparison.Ordinal);
        Assert.Contains("swagger-ui", (await server.GetAsync("/swagger/index.html")).Text, StringComparison.Ordinal);
    }

    private async Task<List<(string Name, JsonNode Operation)>> OperationsAsync() =>
    [
        .. (await server.GetAsync("/swagger/v1/swagger.json")).Json["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!))),
    ];
}
