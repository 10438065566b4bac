using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Classifiers;

/// <summary>Classifiers that are kept.</summary>
public sealed class ClassifiersTests(Server server) : IClassFixture<Server>
{
    private const string Examples = """
        [{"text": "a cat purrs", "label": "cat"}, {"text": "the kitten sleeps", "label": "cat"}, {"text": "my cat likes fish", "label": "cat"},
         {"text": "a dog barks", "label": "dog"}, {"text": "the puppy plays", "label": "dog"}, {"text": "my dog likes bones", "label": "dog"}]
        """;

    [Fact]
    public async Task A_classifier_is_made_described_listed_and_deleted()
    {
        var made = await server.PutAsync("/classifiers/pets", $$"""{"examples": {{Examples}}}""");
        Assert.Equal((HttpStatusCode.Created, "/classifiers/pets"), (made.Status, $"{made.Response.Headers.Location}"));
        Assert.Equal("logistic", made.Json["method"]!.GetValue<string>());
        Assert.Equal(6, made.Json["examples"]!.GetValue<int>());
        Assert.Equal([("cat", 3), ("dog", 3)], made.Json["labels"]!.AsArray().Select(label => (label!["label"]!.GetValue<string>(), label["examples"]!.GetValue<int>())));
        Assert.InRange(made.Json["accuracy"]!["cross_validated"]!.GetValue<double>(), 0, 1);
        Assert.Equal(made.Text, (await server.GetAsync("/classifiers/pets")).Text);
        Assert.Contains((await server.GetAsync("/classifiers")).Json["data"]!.AsArray(), item => JsonNode.DeepEquals(item, made.Json));

        var again = await server.PutAsync("/classifiers/pets", $$"""{"examples": {{Examples}}}""");
        Assert.Equal((HttpStatusCode.OK, made.Json["digest"]!.GetValue<string>()), (again.Status, again.Json["digest"]!.GetValue<string>()));

        Assert.Equal("""{"object":"classifier.deleted","name":"pets","deleted":true}""", (await server.DeleteAsync("/classifiers/pets")).Text);
        Assert.Equal("classifier_not_found", (await server.DeleteAsync("/classifiers/pets")).AssertEnvelope(HttpStatusCode.NotFound).Error["code"]!.GetValue<string>());
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/classifiers/pets")).Status);
    }

    [Fact]
    public async Task A_kept_classifier_answers_as_its_examples_do()
    {
        await server.PutAsync("/classifiers/kept", $$"""{"examples": {{Examples}}}""");
        var kept = await server.PostAsync("""{"input": ["a kitten purrs", "the dog plays"], "classifier": "kept"}""", "/classify");
        var sent = await server.PostAsync($$"""{"input": ["a kitten purrs", "the dog plays"], "examples": {{Examples}}}""", "/classify");
        Assert.Equal(sent.Json["data"]!.ToJsonString(), kept.Json["data"]!.ToJsonString());
        Assert.True(kept.Json["usage"]!["total_tokens"]!.GetValue<int>() < sent.Json["usage"]!["total_tokens"]!.GetValue<int>());
    }

    [Fact]
    public async Task Added_examples_give_the_classifier_that_all_of_them_at_once_give()
    {
        var all = JsonNode.Parse(Examples)!.AsArray();
        await server.PutAsync("/classifiers/whole", new JsonObject { ["examples"] = all.DeepClone() }.ToJsonString());
        await Add("grown", all.Take(2).Concat(all.Skip(3).Take(1)));
        var grown = await Add("grown", all.Skip(2).Take(1).Concat(all.Skip(4)));
        Assert.Equal(6, grown.Json["examples"]!.GetValue<int>());
        var whole = await server.PostAsync("""{"input": "a young cat", "classifier": "whole"}""", "/classify");
        var added = await server.PostAsync("""{"input": "a young cat", "classifier": "grown"}""", "/classify");
        Assert.Equal(Score(whole), Score(added), 1e-3);

        Task<Reply> Add(string name, IEnumerable<JsonNode?> examples) => server.PostAsync(
            new { examples = examples.Select(example => example!.DeepClone()).ToArray() }, $"/classifiers/{name}/examples");
    }

    [Fact]
    public async Task Added_examples_may_bring_a_new_label()
    {
        await server.PutAsync("/classifiers/growing", """{"labels": ["cat", "dog"]}""");
        var reply = await server.PostAsync("""{"examples": [{"text": "a parrot talks", "label": "bird"}]}""", "/classifiers/growing/examples");
        Assert.Equal(["bird", "cat", "dog"], reply.Json["labels"]!.AsArray().Select(label => label!["label"]!.GetValue<string>()));
        Assert.Equal("bird", (await server.PostAsync("""{"input": "a parrot talks", "classifier": "growing"}""", "/classify")).Json["data"]![0]!["label"]!.GetValue<string>());
        (await server.PostAsync("""{"examples": []}""", "/classifiers/growing/examples")).AssertRefused("it is required, and has one example or more", "examples");
    }

    [Fact]
    public async Task The_documents_of_a_collection_are_examples_by_one_of_their_fields()
    {
        await server.AddAsync("zoo", """
            [{"id": "1", "text": "a cat purrs", "metadata": {"animal": "cat", "year": 1}}, {"id": "2", "text": "the kitten sleeps", "metadata": {"animal": "cat", "year": 2}},
             {"id": "3", "text": "a dog barks", "metadata": {"animal": ["dog"], "year": 1}}, {"id": "4", "text": "a puppy", "metadata": {"animal": "dog", "year": 2}},
             {"id": "5", "text": "nothing"}, {"id": "6", "text": "a horse", "metadata": {"animal": "horse", "year": 3}}]
            """);
        var made = await server.PutAsync("/classifiers/zoo", """{"collection": "zoo", "field": "animal", "filter": {"year": {"$lt": 3}}}""");
        Assert.Equal((4, "document"), (made.Json["examples"]!.GetValue<int>(), made.Json["input_type"]!.GetValue<string>()));
        Assert.Equal(["cat", "dog"], made.Json["labels"]!.AsArray().Select(label => label!["label"]!.GetValue<string>()));
        var reply = await server.PostAsync("""{"input": "a dog barks", "classifier": "zoo"}""", "/classify");
        Assert.Equal("dog", reply.Json["data"]![0]!["label"]!.GetValue<string>());
        (await server.PutAsync("/classifiers/none", """{"collection": "zoo", "field": "nobody"}""")).AssertRefused("'field': there are 0 labels", "field");
    }

    [Fact]
    public async Task Another_model_than_the_classifiers_is_a_mismatch()
    {
        await using var two = new Server(new() { ["Models:Default"] = "all-MiniLM-L6-v2" });
        await two.PutAsync("/classifiers/mine", """{"labels": ["cat", "dog"]}""");
        var reply = (await two.PostAsync("""{"input": "a", "classifier": "mine", "model": "static-en-384"}""", "/classify")).AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Equal(("model", "model_mismatch"), (reply.Error["param"]!.GetValue<string>(), reply.Error["code"]!.GetValue<string>()));
        Assert.Equal(HttpStatusCode.OK, (await two.PostAsync("""{"input": "a", "classifier": "mine", "model": "all-MiniLM-L6-v2"}""", "/classify")).Status);
        (await two.PostAsync("""{"examples": [{"text": "a", "label": "cat"}], "model": "static-en-384"}""", "/classifiers/mine/examples")).AssertEnvelope(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_classifier_is_there_after_a_restart_and_after_a_restored_backup()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "embeddings.db");
        string description;
        byte[] backup;
        await using (var first = new Server(new() { ["Storage:Path"] = path }))
        {
            description = (await first.PutAsync("/classifiers/pets", $$"""{"examples": {{Examples}}}""")).Text;
            using var reply = await first.Http.PostAsync(new Uri("/backup", UriKind.Relative), null, Server.Cancelled);
            backup = await reply.Content.ReadAsByteArrayAsync(Server.Cancelled);
        }

        await File.WriteAllBytesAsync($"{path}.copy", backup, Server.Cancelled);
        foreach (var file in new[] { path, $"{path}.copy" })
        {
            await using var next = new Server(new() { ["Storage:Path"] = file });
            Assert.Equal(description, (await next.GetAsync("/classifiers/pets")).Text);
            Assert.Equal("cat", (await next.PostAsync("""{"input": "a cat purrs", "classifier": "pets"}""", "/classify")).Json["data"]![0]!["label"]!.GetValue<string>());
        }
    }

    private static double Score(Reply reply) => reply.Json["data"]![0]!["score"]!.GetValue<double>();

    private sealed class TemporaryFolder : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("embeddings-classifiers-");

        public string Path => _folder.FullName;

        public void Dispose() => _folder.Delete(recursive: true);
    }
}
