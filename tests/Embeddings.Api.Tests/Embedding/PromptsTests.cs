using System.Net;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Embedding;

/// <summary>
/// Prompts over HTTP: the vector of a text of a kind is the vector of the model's prompt and the text.
/// </summary>
public sealed class PromptsTests : IDisposable
{
    private static readonly string[] Vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ask", "say", "cat", "dog", "sort"];

    // Token vectors far from each other, so that a missing or wrong prompt shows.
    private static readonly float[] Table = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 9, -4, -7, 5, 3, 2, -2, 6, 8, 8];

    private readonly List<TinyModel> _models = [];

    public void Dispose() => _models.ForEach(model => model.Dispose());

    [Theory]
    [InlineData("input_type", "query", "ask cat")]
    [InlineData("input_type", "search_query", "ask cat")]
    [InlineData("input_type", "document", "say cat")]
    [InlineData("input_type", "passage", "say cat")]
    [InlineData("input_type", "search_document", "say cat")]
    [InlineData("input_type", "clustering", "sort cat")]
    [InlineData("input_type", "classification", "cat")]
    [InlineData("task", "retrieval.query", "ask cat")]
    [InlineData("task", "retrieval.passage", "say cat")]
    [InlineData("task", "text-matching", "cat")]
    [InlineData("prompt", "dog ", "dog cat")]
    [InlineData("prompt", "", "cat")]
    [InlineData("prompt_name", "search_query", "ask cat")]
    [InlineData("prompt_name", "query", "ask cat")]
    [InlineData("prompt_name", "passage", "say cat")]
    [InlineData("prompt_name", "clustering", "sort cat")]
    public async Task A_kind_of_input_has_the_models_prompt_by_whichever_name(string field, string value, string same)
    {
        await using var server = Serve(
            new() { ["search_query"] = "ask ", ["passage"] = "say ", ["clustering"] = "sort " });
        var reply = await server.PostAsync(new JsonObject { ["input"] = "cat", [field] = value });
        Assert.Equal(await server.EmbedAsync(same), reply.Vector());
        Assert.Equal(2 + same.Split(' ').Length, reply.Json["usage"]!["prompt_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Without_a_kind_there_is_no_prompt_unless_the_model_has_a_default_one()
    {
        Dictionary<string, string> prompts = new() { ["query"] = "ask ", ["document"] = "say " };
        await using var plain = Serve(prompts);
        await using var prompted = Serve(prompts, defaultPrompt: "document");
        Assert.Equal(await plain.EmbedAsync("say cat"), await prompted.EmbedAsync("cat"));
        Assert.NotEqual(await plain.EmbedAsync("cat"), await prompted.EmbedAsync("cat"));
    }

    [Theory]
    [InlineData("""{"input": "cat", "prompt_name": "nothing"}""", "prompt_name", "are ['query']")]
    [InlineData("""{"input": "cat", "input_type": "nothing"}""", "input_type", "'search_document'")]
    [InlineData("""{"input": "cat", "input_type": "document", "prompt_name": "query"}""", "prompt_name", "different prompts")]
    [InlineData("""{"input": "cat", "task": "nothing"}""", "task", "Invalid value for 'task' = nothing")]
    [InlineData("""{"input": "cat", "task": "query", "input_type": "query"}""", "task", "Send either 'input_type' or 'task'")]
    [InlineData("""{"input": "cat", "prompt": "ask ", "prompt_name": "query"}""", "prompt", "Send either 'prompt'")]
    public async Task What_the_model_does_not_have_is_a_400_that_lists_what_it_has(
        string body, string field, string part)
    {
        await using var server = Serve(new() { ["query"] = "ask " });
        var reply = await server.PostAsync(body);
        Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        Assert.Equal(field, reply.Error["param"]!.GetValue<string>());
        Assert.Contains(part, reply.Error["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"input": "cat", "prompt_name": "nothing"}""")]
    [InlineData("""{"input": "cat", "input_type": "search_query"}""")]
    [InlineData("""{"input": "cat", "input_type": "document", "prompt_name": "query"}""")]
    public async Task A_model_without_prompts_ignores_the_kind(string body)
    {
        await using var server = Serve(null);
        Assert.Equal(await server.EmbedAsync("cat"), (await server.PostAsync(body)).Vector());
    }

    [Fact]
    public async Task Both_fields_may_say_the_same_and_a_type_without_a_prompt_has_none()
    {
        await using var server = Serve(new() { ["query"] = "ask " });
        Assert.Equal(await server.EmbedAsync("ask cat"), (await server.PostAsync(new { input = "cat", input_type = "search_query", prompt_name = "query" })).Vector());
        Assert.Equal(
            await server.EmbedAsync("cat"),
            (await server.PostAsync(new { input = "cat", input_type = "document" })).Vector());
    }

    [Fact]
    public async Task Token_ids_of_the_model_take_no_prompt_and_those_of_OpenAI_do()
    {
        await using var native = Serve(new() { ["query"] = "ask " }, settings: new() { ["Input:TokenIds"] = "Native" });
        Assert.Equal(HttpStatusCode.BadRequest, (await native.PostAsync("""{"input": [7], "input_type": "query"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await native.PostAsync("""{"input": [7], "input_type": "document"}""")).Status);
        await using var openAi = Serve(new() { ["query"] = "ask " });
        // 4719 is "cat" in cl100k_base.
        Assert.Equal(await openAi.EmbedAsync("ask cat"), (await openAi.PostAsync("""{"input": [4719], "input_type": "query"}""")).Vector());
    }

    [Fact]
    public async Task A_collection_embeds_documents_and_queries_with_their_prompts_by_itself()
    {
        await using var server = Serve(new() { ["query"] = "ask ", ["document"] = "say " });
        await server.AddAsync("pets", """[{"id": "cat", "text": "cat"}]""");
        var imported = await server.PostAsync("""{"id": "dog", "text": "dog"}""", "/collections/pets/import");
        Assert.Equal(HttpStatusCode.OK, imported.Status);
        foreach (var id in new[] { "cat", "dog" })
        {
            Assert.Equal(await server.EmbedAsync($"say {id}"), await VectorAsync(server, id));
        }

        await AssertScoreAsync(server, """{"collection": "pets", "query": "dog"}""", "ask dog");
        await AssertScoreAsync(server, """{"collection": "pets", "positive": [{"text": "dog"}]}""", "ask dog");
        await AssertScoreAsync(server, """{"collection": "pets", "query": "dog", "input_type": "document"}""", "say dog");
        await AssertScoreAsync(server, """{"documents": ["cat", "dog"], "query": "dog"}""", "ask dog");
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("""{"collection": "pets", "query": "dog", "prompt_name": "x"}""", "/search")).Status);
    }

    [Fact]
    public async Task Similarity_has_a_prompt_only_where_it_is_asked_for()
    {
        await using var server = Serve(new() { ["query"] = "ask " });
        Assert.Equal(await SimilarityAsync(server, """{"sources": ["ask cat"], "targets": ["ask dog"]}"""),
            await SimilarityAsync(server, """{"sources": ["cat"], "targets": ["dog"], "input_type": "query"}"""), 1e-6f);
        Assert.NotEqual(await SimilarityAsync(server, """{"sources": ["ask cat"], "targets": ["ask dog"]}"""),
            await SimilarityAsync(server, """{"sources": ["cat"], "targets": ["dog"]}"""), 1e-3f);
    }

    [Fact]
    public async Task The_list_of_models_names_the_prompts_and_a_collection_takes_the_models_metric()
    {
        await using var server = Serve(new() { ["query"] = "ask ", ["document"] = "" }, similarity: "dot");
        var model = (await server.GetAsync("/v1/models/tiny")).Json;
        Assert.Equal(["query", "document"], model["prompts"]!.AsArray().Select(name => name!.GetValue<string>()));
        Assert.Equal("dot", (await server.PutAsync("/collections/made", "{}")).Json["metric"]!.GetValue<string>());
        await server.AddAsync("filled", """["cat"]""");
        Assert.Equal("dot", (await server.GetAsync("/collections/filled")).Json["metric"]!.GetValue<string>());
        Assert.Equal("cosine", (await server.PutAsync("/collections/other", """{"metric": "cosine"}""")).Json["metric"]!.GetValue<string>());
    }

    private Server Serve(
        Dictionary<string,
        string>? prompts,
        string? defaultPrompt = null,
        string? similarity = null,
        Dictionary<string,
        string?>? settings = null)
    {
        var model = new TinyModel(
            Vocabulary, Table, prompts: prompts, defaultPrompt: defaultPrompt, similarity: similarity);
        _models.Add(model);
        return new Server(
            new(settings ?? []) { ["Models:Directory"] = model.Models, ["Models:Default"] = TinyModel.Name });
    }

    private static async Task<float[]> VectorAsync(Server server, string id)
    {
        var document = (await server.GetAsync($"/collections/pets/documents/{id}?include=vector")).Json;
        return [.. document["vector"]!.AsArray().Select(number => number!.GetValue<float>())];
    }

    // The score of the document "cat" is the cosine of its vector, with the documents' prompt, and the vector of the
    // text given.
    private static async Task AssertScoreAsync(Server server, string search, string query)
    {
        var results = (await server.PostAsync(search, "/search")).Json["results"]!.AsArray();
        var score = results.Single(result => result!["text"]!.GetValue<string>() == "cat")!["score"]!.GetValue<float>();
        Assert.Equal(Cosine(await server.EmbedAsync("say cat"), await server.EmbedAsync(query)), score, 1e-5f);
    }

    private static async Task<float> SimilarityAsync(Server server, string body) =>
        (await server.PostAsync(body, "/similarity")).Json["scores"]![0]![0]!.GetValue<float>();

    private static float Cosine(float[] left, float[] right) =>
        left.Zip(right, (a, b) => a * b).Sum() / MathF.Sqrt(left.Sum(number => number * number) * right.Sum(number => number * number));
}
