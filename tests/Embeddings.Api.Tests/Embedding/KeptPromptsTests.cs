using System.Net;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Embedding;

/// <summary>A collection keeps the prompts that it was made with, so that one space has vectors of one kind.</summary>
public sealed class KeptPromptsTests : IDisposable
{
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "ask", "say", "cat", "dog", "new"];
    private static readonly float[] Table = [0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 9, -4, -7, 5, 3, 2, -2, 6, 8, 8];
    private static readonly Dictionary<string, string> Before = new() { ["query"] = "ask ", ["document"] = "say " };
    private static readonly Dictionary<string, string> After = new() { ["query"] = "new ", ["document"] = "new new " };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-");
    private readonly List<TinyModel> _models = [];

    public void Dispose()
    {
        _models.ForEach(model => model.Dispose());
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task After_a_change_of_the_manifest_an_old_collection_goes_on_as_it_was_and_a_new_one_is_new()
    {
        await using (var server = Serve(Before))
        {
            await server.AddAsync("old", """[{"id": "cat", "text": "cat"}]""");
        }

        await using var next = Serve(After);
        await next.AddAsync("old", """[{"id": "dog", "text": "dog"}]""");
        await next.AddAsync("new", """[{"id": "dog", "text": "dog"}]""");
        Assert.Equal(await next.EmbedAsync("say dog"), await VectorAsync(next, "old", "dog"));
        Assert.Equal(await next.EmbedAsync("new new dog"), await VectorAsync(next, "new", "dog"));
        Assert.Equal(await ScoreAsync(next, "say dog", "ask cat"), await SearchAsync(next, """{"collection": "old", "query": "cat"}"""), 1e-5f);
        Assert.Equal(await ScoreAsync(next, "say dog", "say cat"), await SearchAsync(next, """{"collection": "old", "query": "cat", "input_type": "document"}"""), 1e-5f);
        Assert.Equal(await ScoreAsync(next, "new new dog", "new cat"), await SearchAsync(next, """{"collection": "new", "query": "cat"}"""), 1e-5f);
        // The same request makes nothing new, whatever the model's prompts are now.
        Assert.Equal(HttpStatusCode.OK, (await next.PutAsync("/collections/old", """{"model": "tiny"}""")).Status);
    }

    [Fact]
    public async Task An_export_tells_the_prompts_and_an_import_keeps_them_and_mixes_none()
    {
        string exported;
        await using (var server = Serve(Before))
        {
            await server.AddAsync("old", """[{"id": "cat", "text": "cat"}]""");
            exported = (await server.GetAsync("/collections/old/export")).Text;
        }

        Assert.Contains("\"document_prompt\":\"say \",\"query_prompt\":\"ask \"", exported, StringComparison.Ordinal);
        await using var next = Serve(After);
        Assert.Equal(HttpStatusCode.OK, (await next.PostAsync(exported, "/collections/copy/import")).Status);
        await next.AddAsync("copy", """[{"id": "dog", "text": "dog"}]""");
        Assert.Equal(await next.EmbedAsync("say dog"), await VectorAsync(next, "copy", "dog"));
        await next.AddAsync("new", """[{"id": "dog", "text": "dog"}]""");
        Assert.Contains("made with another prompt", (await next.PostAsync(exported, "/collections/new/import")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Re_embedding_with_the_same_model_takes_its_prompts_of_today()
    {
        await using (var server = Serve(Before))
        {
            await server.AddAsync("old", """[{"id": "cat", "text": "cat"}]""");
        }

        await using var next = Serve(After);
        await next.PostAsync("""{"model": "tiny"}""", "/collections/old/reembed");
        while ((await next.GetAsync("/collections/old")).Json["reembedding"] is not null)
        {
            await Task.Delay(10, Server.Cancelled);
        }

        Assert.Equal(await next.EmbedAsync("new new cat"), await VectorAsync(next, "old", "cat"));
        await next.AddAsync("old", """[{"id": "dog", "text": "dog"}]""");
        Assert.Equal(await next.EmbedAsync("new new dog"), await VectorAsync(next, "old", "dog"));
    }

    [Theory]
    [InlineData("""{"collection": "old", "field": "kind"}""")]
    [InlineData("""{"examples": [{"text": "cat", "label": "cat"}, {"text": "dog", "label": "dog"}]}""")]
    public async Task A_classifier_keeps_the_prompt_of_its_examples(string made)
    {
        string before;
        await using (var server = Serve(new() { ["document"] = "say ", ["classification"] = "ask " }))
        {
            await server.AddAsync(
                "old",
                """[{"text": "cat", "metadata": {"kind": "cat"}}, {"text": "dog", "metadata": {"kind": "dog"}}]""");
            Assert.Equal(HttpStatusCode.Created, (await server.PutAsync("/classifiers/pets", made)).Status);
            before = await ClassifyAsync(server);
        }

        await using var next = Serve(new() { ["document"] = "new ", ["classification"] = "new " });
        Assert.Equal(before, await ClassifyAsync(next));
        await next.PutAsync("/classifiers/pets", """{"examples": [{"text": "cat", "label": "cat"}, {"text": "dog", "label": "dog"}]}""");
        Assert.NotEqual(before, await ClassifyAsync(next));
    }

    [Fact]
    public async Task Examples_that_are_added_have_the_prompt_of_those_before()
    {
        const string Cat = """{"text": "cat", "label": "cat"}""";
        const string Dog = """{"text": "dog", "label": "dog"}""";
        const string Other = """{"text": "cat cat dog", "label": "cat"}""";
        string whole;
        await using (var server = Serve(new() { ["classification"] = "ask " }))
        {
            await server.PutAsync("/classifiers/pets", $$"""{"examples": [{{Cat}}, {{Dog}}, {{Other}}]}""");
            whole = await ClassifyAsync(server);
            await server.PutAsync("/classifiers/pets", $$"""{"examples": [{{Cat}}, {{Dog}}]}""");
        }

        await using var next = Serve(new() { ["classification"] = "new " });
        await next.PostAsync($$"""{"examples": [{{Other}}]}""", "/classifiers/pets/examples");
        Assert.Equal(whole, await ClassifyAsync(next));
    }

    private static async Task<string> ClassifyAsync(Server server) =>
        (await server.PostAsync("""{"input": ["cat dog dog", "cat"], "classifier": "pets"}""", "/classify"))
            .Json["data"]!.ToJsonString();

    private Server Serve(Dictionary<string, string> prompts)
    {
        var model = new TinyModel(Vocabulary, Table, prompts: prompts);
        _models.Add(model);
        return new Server(new()
        {
            ["Models:Directory"] = model.Models,
            ["Models:Default"] = TinyModel.Name,
            ["Storage:Path"] = Path.Combine(_folder.FullName, "kept.db"),
        });
    }

    private static async Task<float[]> VectorAsync(Server server, string collection, string id) =>
        Reply.VectorOf((await server.GetAsync($"/collections/{collection}/documents/{id}?include=vector")).Json);

    private static async Task<float> SearchAsync(Server server, string body) =>
        (await server.PostAsync(body, "/search")).Json["results"]!.AsArray().Single(result => result!["id"]!.GetValue<string>() == "dog")!["score"]!.GetValue<float>();

    private static async Task<float> ScoreAsync(Server server, string document, string query)
    {
        var (left, right) = (await server.EmbedAsync(document), await server.EmbedAsync(query));
        return left.Zip(right, (a, b) => a * b).Sum() / MathF.Sqrt(left.Sum(number => number * number) * right.Sum(number => number * number));
    }
}
