using System.Net;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Collections;

/// <summary>One file, one server after the other.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-restart-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Everything_is_there_after_a_restart_and_answers_as_before()
    {
        string[] queries =
        [
            """{"collection": "animals", "query": "Which animal purrs?", "include": ["text", "metadata", "vector"]}""",
            """{"collection": "far", "query": [1, 1], "top_k": 2, "include": ["vector"]}""",
            """{"collection": "animals", "positive": ["cat"], "filter": {"legs": 4}}""",
        ];
        string[] paths = ["/collections", "/collections/animals/documents?include=text,metadata,vector", "/collections/far/export", "/collections/far"];
        List<string> before, after;
        await using (var first = Start())
        {
            await first.PutAsync("/collections/far", """{"dimensions": 2, "metric": "euclidean"}""");
            await first.AddAsync("far", """[{"id": "a", "vector": [1, 2]}, {"id": "b", "vector": [3, 4]}, {"id": "c", "vector": [1, 2]}, {"id": "gone", "vector": [1, 1]}]""");
            await first.AddAsync("animals", """[{"id": "cat", "text": "The cat sits outside", "metadata": {"legs": 4}}, {"id": "dog", "text": "A dog barks loudly", "metadata": {"legs": 4}}]""");
            await first.DeleteAsync("/collections/far/documents/gone");
            await first.AddAsync("dropped", """[{"vector": [1]}]""");
            await first.DeleteAsync("/collections/dropped");
            before = await AnswersAsync(first, queries, paths);
        }

        await using (var second = Start())
        {
            after = await AnswersAsync(second, queries, paths);
            Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync("/collections/far/documents/gone")).Status);
            Assert.Equal(HttpStatusCode.NotFound, (await second.GetAsync("/collections/dropped")).Status);
            await second.AddAsync("far", """[{"id": "new", "vector": [5, 6]}]""");
        }

        Assert.Equal(before, after);
        await using var third = Start();
        Assert.Equal(["a", "b", "c", "new"], (await third.GetAsync("/collections/far/documents")).Ids("data"));
    }

    [Fact]
    public async Task A_collection_of_a_model_that_is_no_longer_served_takes_vectors_but_no_texts()
    {
        using var tiny = new TinyModel(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 4]);
        var beside = Directory.CreateDirectory(Path.Combine(tiny.Models, "static-en-384"));
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.TestModels, "static-en-384")))
        {
            File.Copy(file, Path.Combine(beside.FullName, Path.GetFileName(file)));
        }

        await using (var first = Start(("Models:Directory", tiny.Models)))
        {
            var made = await first.PostAsync("""{"documents": [{"id": "a", "text": "a"}], "model": "tiny"}""", "/collections/texts/documents");
            Assert.True(made.Status == HttpStatusCode.OK, made.Text);
            Assert.Equal(["a"], (await first.PostAsync("""{"collection": "texts", "query": "a", "model": "tiny"}""", "/search")).Ids());
            (await first.PostAsync("""{"documents": ["a"], "model": "static-en-384"}""", "/collections/texts/documents"))
                .AssertRefused("Collection 'texts' holds vectors of 'tests/tiny'; those of 'static-en-384' do not compare with them", "model");
            (await first.PostAsync("""{"collection": "texts", "query": "a", "model": "static-en-384"}""", "/search")).AssertRefused("do not compare with them", "model");
        }

        await using var second = Start();
        Assert.Equal(["a"], (await second.PostAsync("""{"collection": "texts", "query": [3, 4]}""", "/search")).Ids());
        (await second.PostAsync("""{"collection": "texts", "query": "a"}""", "/search")).AssertRefused("holds vectors of 'tests/tiny', which this server does not serve now", "model");
        (await second.PostAsync("""{"documents": ["a"]}""", "/collections/texts/documents")).AssertRefused("which this server does not serve now", "model");
        await second.AddAsync("texts", """[{"id": "b", "vector": [1, 2]}]""");
    }

    private static async Task<List<string>> AnswersAsync(Server server, string[] queries, string[] paths)
    {
        var answers = new List<string>();
        foreach (var query in queries)
        {
            var reply = await server.PostAsync(query, "/search");
            Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
            answers.Add(reply.Text);
        }

        foreach (var path in paths)
        {
            answers.Add((await server.GetAsync(path)).Text);
        }

        return answers;
    }

    private Server Start(params (string Name, string Value)[] more) =>
        new(new(more.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))) { ["Storage:Path"] = Path.Combine(_folder.FullName, "kept.db") });
}
