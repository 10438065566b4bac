using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Embeddings.Api.Tests.Startup;

namespace Embeddings.Api.Tests.Collections;

/// <summary>
/// Moves to another model and the process: what a start says of collections that need one, and what a kill leaves.
/// </summary>
public sealed class ReembedStartTests : IDisposable
{
    private static readonly string[] Listen = ["--urls", "http://127.0.0.1:0"];

    private readonly TwoModels _models = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-reembed-start-");

    private string Store => Path.Combine(_folder.FullName, "kept.db");

    public void Dispose()
    {
        _models.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_start_warns_once_of_each_collection_whose_model_is_not_served()
    {
        await using (var server = _models.Start(Store))
        {
            await server.AddAsync("words", """["a"]""");
            await server.PutAsync("/collections/served", """{"model": "far"}""");
            await server.PutAsync("/collections/own", """{"dimensions": 2}""");
        }

        _models.OnlyFar();
        using var child = new ChildServer(Listen, Environment("far"));
        using var client = await child.ConnectAsync();
        var line = Assert.Single(
            child.Output.Split('\n'), line => line.Contains("which is not served", StringComparison.Ordinal));
        Assert.Contains("words", line, StringComparison.Ordinal);
        Assert.Contains("tests/near", line, StringComparison.Ordinal);
        Assert.Contains("models add tests/near", line, StringComparison.Ordinal);
        Assert.Contains("POST /collections/words/reembed", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kill_meanwhile_leaves_the_collection_as_it_was_and_it_can_be_moved_again()
    {
        const int Many = 8000;
        using (var first = new ChildServer(Listen, Environment("near")))
        {
            using var client = await first.ConnectAsync();
            await client.PostAsJsonAsync(
                At("/documents"),
                new { documents = Enumerable.Range(0, Many).Select(i => new { id = $"{i}", text = "a" }) },
                Server.Cancelled);
            Assert.Equal(
                HttpStatusCode.Accepted,
                (await client.PostAsJsonAsync(At("/reembed"), new { model = "far" }, Server.Cancelled)).StatusCode);
            JsonNode? shown;
            do
            {
                shown = await client.GetFromJsonAsync<JsonNode>(At(""), Server.Cancelled);
            }
            while (shown!["reembedding"]!["done"]!.GetValue<int>() == 0);
        }

        await using var second = _models.Start(Store);
        var found = (await second.GetAsync("/collections/many")).Json;
        Assert.Equal(
            (TwoModels.Near, Many, null),
            (found["model"]!.GetValue<string>(), found["documents"]!.GetValue<int>(), found["reembedding"]));
        Assert.Equal(
            "[1.3333334,0]",
            (await second.GetAsync("/collections/many/documents/7999?include=vector")).Json["vector"]!.ToJsonString());
        await second.PostAsync("""{"model": "far"}""", "/collections/many/reembed");
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), Server.Cancelled);
            found = (await second.GetAsync("/collections/many")).Json;
        }
        while (found["reembedding"] is not null);
        Assert.Equal((TwoModels.Far, Many), (found["model"]!.GetValue<string>(), found["documents"]!.GetValue<int>()));
    }

    private static Uri At(string path) => new($"/collections/many{path}", UriKind.Relative);

    private Dictionary<string, string> Environment(string model) => new()
    {
        ["ASPNETCORE_ENVIRONMENT"] = "Production",
        ["Models__Default"] = model,
        ["Models__Download"] = "false",
        ["Models__Directory"] = _models.Folder,
        ["Storage__Path"] = Store,
    };
}
