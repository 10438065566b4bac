using System.Net;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.OpenAi;

/// <summary>Names: ids, short names, aliases, and the paths that carry them.</summary>
public sealed class ModelsTests(Server server) : IClassFixture<Server>
{
    private const string MiniLm = "sentence-transformers/all-MiniLM-L6-v2";

    // A second model of one's own, with a slash in its id.
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];
    private static readonly float[] Table = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4];

    [Fact]
    public async Task The_list_has_what_is_here_and_nothing_else()
    {
        var reply = await server.GetAsync("/v1/models");
        Assert.Equal("list", reply.Json["object"]!.GetValue<string>());
        var models = reply.Json["data"]!.AsArray().Where(item => item!["alias_of"] is null);
        var ids = models.Select(item => item!["id"]!.GetValue<string>());
        Assert.Equal(
            ["static-en-384", "sentence-transformers/all-MiniLM-L6-v2", "Snowflake/snowflake-arctic-embed-xs"], ids);
        var model = reply.Json["data"]![0]!;
        Assert.Equal("model", model["object"]!.GetValue<string>());
        Assert.True(model["created"]!.GetValue<long>() > 1_700_000_000);
        Assert.NotEmpty(model["owned_by"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_manifest_without_a_day_gives_0_and_not_the_year_1()
    {
        using var model = new TinyModel(Vocabulary, Table);
        await using var server = new Server(
            new() { ["Models:Directory"] = model.Models, ["Models:Default"] = TinyModel.Name });
        Assert.Equal(0, (await server.GetAsync("/v1/models")).Json["data"]![0]!["created"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("static-en-384", "static-en-384")]
    [InlineData("STATIC-EN-384", "static-en-384")]
    [InlineData("static-en-384:latest", "static-en-384")]
    [InlineData("text-embedding-ada-002", "static-en-384")]
    [InlineData("Text-Embedding-3-LARGE", "static-en-384")]
    [InlineData("openai/text-embedding-3-small", "static-en-384")]
    [InlineData("embed-english-light-v3.0", "static-en-384")]
    [InlineData("mistral-embed", "static-en-384")]
    [InlineData("voyage-3.5", "static-en-384")]
    [InlineData("tei", "static-en-384")]
    [InlineData("all-minilm", MiniLm)]
    [InlineData("all-minilm:latest", MiniLm)]
    [InlineData("ALL-MiniLM:Latest", MiniLm)]
    [InlineData("all-minilm:l6-v2", MiniLm)]
    [InlineData("all-minilm:22m", MiniLm)]
    [InlineData("chroma/all-minilm-l6-v2-f32", MiniLm)]
    [InlineData("Xenova/all-MiniLM-L6-v2", MiniLm)]
    [InlineData("text-embedding-all-minilm-l6-v2-embedding", MiniLm)]
    public async Task A_name_or_alias_finds_the_model_that_serves_it(string name, string model)
    {
        var found = (await server.GetAsync("/v1/models/" + name)).Json;
        Assert.Equal(model, (found["alias_of"] ?? found["id"])!.GetValue<string>());
        Assert.Equal(
            model, (await server.PostAsync(new { input = "a", model = name })).Json["model"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("all-minilm:33m")]
    [InlineData("all-minilm:latest:latest")]
    [InlineData(":latest")]
    [InlineData("default")]
    public async Task A_name_that_no_model_has_is_unknown(string name) =>
        (await server.PostAsync(new { input = "a", model = name })).AssertEnvelope(HttpStatusCode.NotFound);

    [Fact]
    public async Task Every_listed_name_is_found_under_itself_and_the_models_come_before_their_aliases()
    {
        var list = (await server.GetAsync("/v1/models")).Json["data"]!.AsArray();
        Assert.True(list.TakeWhile(item => item!["alias_of"] is null).Count() == 3, list.ToJsonString());
        Assert.All(list.Skip(3), item => Assert.NotNull(item!["alias_of"]));
        Assert.Distinct(list.Select(item => item!["id"]!.GetValue<string>()));
        // Programs with a list to pick from show only names like these.
        Assert.Contains(list, item => item!["id"]!.GetValue<string>() == "text-embedding-3-small");
        Assert.Contains(list, item => item!["id"]!.GetValue<string>().Contains("embed", StringComparison.Ordinal));
        foreach (var item in list)
        {
            var found = await server.GetAsync("/v1/models/" + item!["id"]!.GetValue<string>());
            Assert.Equal(item.ToJsonString(), found.Json.ToJsonString());
        }
    }

    [Fact]
    public async Task An_alias_never_takes_the_name_of_a_model()
    {
        await using var own = new Server(new() { ["Models:Aliases:snowflake-arctic-embed-xs"] = "default" });
        var reply = await own.PostAsync(new { input = "a", model = "snowflake-arctic-embed-xs" });
        Assert.Equal("Snowflake/snowflake-arctic-embed-xs", reply.Json["model"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("tiny")]
    [InlineData("tests/tiny")]
    public async Task A_known_model_that_is_not_here_is_never_served_by_another(string name)
    {
        using var tiny = new TinyModel(Vocabulary, Table);
        File.Delete(Path.Combine(tiny.Folder, "model.onnx"));
        await using var own = new Server(
            new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = "all-MiniLM-L6-v2" });
        foreach (var reply in new[] { await own.PostAsync(new { input = "a", model = name }), await own.GetAsync("/v1/models/" + name) })
        {
            reply.AssertEnvelope(HttpStatusCode.NotFound);
            Assert.Equal("model_not_found", reply.Error["code"]!.GetValue<string>());
            Assert.Contains("models pull tiny", reply.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_model_whose_file_was_changed_is_never_served_however_right_its_size()
    {
        using var tiny = new TinyModel(Vocabulary, Table);
        var path = Path.Combine(tiny.Folder, "model.onnx");
        var bytes = await File.ReadAllBytesAsync(path, Server.Cancelled);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, Server.Cancelled);
        await using var own = new Server(
            new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = "all-MiniLM-L6-v2" });
        var reply = (await own.PostAsync(new { input = "a", model = "tiny" })).AssertEnvelope(
            HttpStatusCode.InternalServerError);
        Assert.StartsWith("The model cannot be loaded.", reply.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_of_whose_day_nobody_said_anything_was_made_at_0()
    {
        var reply = await server.GetAsync("/v1/models/snowflake-arctic-embed-xs");
        Assert.Equal(0, reply.Json["created"]!.GetValue<long>());
    }

    [Theory]
    [InlineData("/v1/embeddings")]
    [InlineData("/embeddings")]
    [InlineData("//embeddings")]
    [InlineData("/v1//embeddings")]
    [InlineData("/v1/v1/embeddings")]
    [InlineData("/v1/embeddings/")]
    [InlineData("/embeddings/")]
    [InlineData("/v1/engines/text-embedding-ada-002/embeddings")]
    [InlineData("/openai/deployments/text-embedding-3-small/embeddings?api-version=2024-10-21")]
    [InlineData("/openai/v1/embeddings?api-version=preview")]
    public async Task Every_path_that_clients_make_of_a_base_url_embeds(string path)
    {
        var reply = await server.PostAsync(new { input = "a cat" }, path);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        Assert.Equal((await server.PostAsync(new { input = "a cat" })).Vector(), reply.Vector());
    }

    [Theory]
    [InlineData("/v1/models")]
    [InlineData("/models")]
    [InlineData("/v1/v1/models")]
    [InlineData("/v1/models/")]
    [InlineData("/openai/models?api-version=2024-10-21")]
    public async Task Every_path_that_clients_make_of_a_base_url_lists(string path) =>
        Assert.Equal("list", (await server.GetAsync(path)).Json["object"]!.GetValue<string>());

    [Theory]
    [InlineData("/v1/models/tests/tiny")]
    [InlineData("/v1/models/tests%2Ftiny")]
    [InlineData("/models/tests%2Ftiny")]
    public async Task An_id_with_a_slash_is_found_raw_and_encoded(string path)
    {
        using var tiny = new TinyModel(Vocabulary, Table);
        await using var own = new Server(new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = "tiny", ["Models:Aliases:all-minilm"] = "default" });
        Assert.Equal("tests/tiny", (await own.GetAsync(path)).Json["id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/openai/deployments/tests/tiny/embeddings")]
    [InlineData("/openai/deployments/tests%2Ftiny/embeddings")]
    [InlineData("/v1/engines/tests%2Ftiny/embeddings")]
    [InlineData("/engines/tests/tiny/embeddings")]
    public async Task The_paths_model_counts_and_the_bodys_does_not(string path)
    {
        using var tiny = new TinyModel(Vocabulary, Table);
        await using var own = new Server(new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = "tiny", ["Models:Aliases:all-minilm"] = "default" });
        var reply = await own.PostAsync(new { input = "a", model = "gpt-4" }, path);
        Assert.Equal("tests/tiny", reply.Json["model"]!.GetValue<string>());
        (await own.PostAsync(new { input = "a" }, path.Replace("tiny", "other", StringComparison.Ordinal))).AssertEnvelope(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Unknown_names_may_be_served_by_the_default_if_the_operator_says_so()
    {
        await using var own = new Server(new() { ["Models:UnknownModel"] = "ServeDefault" });
        Assert.Equal(
            "static-en-384",
            (await own.PostAsync(new { input = "a", model = "gpt-4" })).Json["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_model_whose_vectors_are_not_finite_is_an_error_and_never_a_vector()
    {
        float[] table = [.. Table];
        table[^1] = float.NaN;
        using var tiny = new TinyModel(Vocabulary, table);
        await using var own = new Server(new() { ["Models:Directory"] = tiny.Models, ["Models:Default"] = "tiny", ["Models:Aliases:all-minilm"] = "default" });
        var reply = (await own.PostAsync(new { input = new[] { " ", "a" } })).AssertEnvelope(
            HttpStatusCode.InternalServerError);
        Assert.Contains("'$.input[1]'", reply.Message, StringComparison.Ordinal);
        Assert.Equal("server_error", reply.Error["type"]!.GetValue<string>());
    }
}
