using System.Net;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>Text Embeddings Inference's routes, against this server's own.</summary>
public sealed class TeiTests(TeiServer served) : IClassFixture<TeiServer>
{
    private readonly Server _server = served.Server;

    [Theory]
    [InlineData("/embed")]
    [InlineData("/")]
    [InlineData("/invocations")]
    public async Task Vectors_are_those_of_a_plain_request_in_a_list_of_lists(string path)
    {
        var one = await _server.PostAsync("""{"inputs": "red blue"}""", path);
        AssertNear([await _server.EmbedAsync("red blue")], one.Json);
        Assert.Equal("tests/tiny", one.Header("openai-model"));
        var two = await _server.PostAsync("""{"inputs": ["red", "green blue"], "truncate": null, "junk": {}}""", path);
        AssertNear([await _server.EmbedAsync("red"), await _server.EmbedAsync("green blue")], two.Json);
    }

    [Theory]
    [InlineData("""[2, 5, 7, 3]""", "red blue")]
    [InlineData("""[5, 7]""", "red blue")]
    [InlineData("""[[2, 5, 7, 3], "green", [6]]""", "red blue", "green", "green")]
    [InlineData("""[[2, 5, 3], [2, 5, 7, 3]]""", "red", "red blue")]
    public async Task Ids_of_the_models_own_stand_for_their_words(string inputs, params string[] texts)
    {
        var reply = await _server.PostAsync($$"""{"inputs": {{inputs}}}""", "/embed");
        AssertNear(await Task.WhenAll(texts.Select(_server.EmbedAsync)), reply.Json);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_cut_on_the_side_that_is_asked_for()
    {
        const string text = "red red red red red red blue blue blue";
        foreach (var (direction, kept) in new[]
        {
            ("Right", "red red red red red red"), ("left", "red red red blue blue blue"),
            ("Left", "red red red blue blue blue"),
        })
        {
            var reply = await _server.PostAsync(new { inputs = text, truncation_direction = direction }, "/embed");
            AssertNear([await _server.EmbedAsync(kept)], reply.Json);
            Assert.Equal("1", reply.Header("x-truncated-inputs"));
        }
    }

    [Fact]
    public async Task A_prompt_goes_before_texts_and_before_the_words_of_ids()
    {
        var expected = await _server.EmbedAsync("ask red");
        AssertNear([expected], (await _server.PostAsync("""{"inputs": "red", "prompt_name": "query"}""", "/embed")).Json);
        AssertNear([expected], (await _server.PostAsync("""{"inputs": [2, 5, 3], "prompt_name": "query"}""", "/embed")).Json);
    }

    [Fact]
    public async Task Vectors_can_be_shorter_and_of_the_length_that_the_model_gives_them()
    {
        // The mean of [CLS] (1, 1), red (10, 1) and [SEP] (2, −1).
        AssertNear([[13f / 3, 1f / 3]], (await _server.PostAsync("""{"inputs": "red", "normalize": false}""", "/embed")).Json);
        AssertNear([[1]], (await _server.PostAsync("""{"inputs": "red", "dimensions": 1}""", "/embed")).Json);
    }

    [Fact]
    public async Task A_sparse_vector_has_the_words_whose_weight_is_not_zero()
    {
        // Ids of its model: green 5, blue 6. ln(1 + 1), ln(1 + 2), and nothing for red, 4.
        var reply = await _server.PostAsync("""{"inputs": ["green", "blue green", "red"]}""", "/embed_sparse");
        Assert.Equal("tests/words", reply.Header("openai-model"));
        var words = reply.Json.AsArray();
        Assert.Equal([1, 1, 0], words.Select(vector => vector!.AsArray().Count));
        Assert.Equal(0, words[0]![0]!["index"]!.GetValue<int>());
        Assert.Equal(Math.Log(2), words[0]![0]!["value"]!.GetValue<double>(), 1e-6);
        Assert.Equal(Math.Log(3), words[1]![0]!["value"]!.GetValue<double>(), 1e-6);
    }

    [Fact]
    public async Task Every_token_has_a_vector_of_its_own_special_ones_too()
    {
        var reply = await _server.PostAsync("""{"inputs": ["red", "blue red"]}""", "/embed_all");
        AssertNear([[1, 1], [10, 1], [2, -1]], reply.Json[0]!);
        AssertNear([[1, 1], [-1, 10], [10, 1], [2, -1]], reply.Json[1]!);
    }

    [Fact]
    public async Task Texts_pairs_and_lists_of_both_are_labelled()
    {
        // warm: 2 for red; cold: 1 for green. The softmax of (2, 1) and of (4, 0).
        double[] probability = [1 / (1 + Math.Exp(-1)), 1 / (1 + Math.Exp(-4))];
        var one = (await _server.PostAsync("""{"inputs": "red green"}""", "/predict")).Json;
        Assert.Equal("warm", one[0]!["label"]!.GetValue<string>());
        Assert.Equal(probability[0], one[0]!["score"]!.GetValue<double>(), 1e-6);
        var pair = (await _server.PostAsync("""{"inputs": ["red", "green"]}""", "/predict")).Json;
        Assert.Equal(probability[0], pair[0]!["score"]!.GetValue<double>(), 1e-6);
        var all = (await _server.PostAsync("""{"inputs": [["red", "red"], ["green"]], "raw_scores": true}""", "/predict")).Json;
        Assert.Equal([("warm", 4), ("cold", 1)], all.AsArray().Select(item => (item![0]!["label"]!.GetValue<string>(), item[0]!["score"]!.GetValue<double>())));
    }

    [Fact]
    public async Task The_root_ranks_and_compares_by_the_fields_that_are_there()
    {
        var ranks = (await _server.PostAsync("""{"query": "red", "texts": ["blue", "red"], "raw_scores": true, "return_text": true}""", "/")).Json;
        Assert.Equal("""[{"index":1,"text":"red","score":0},{"index":0,"text":"blue","score":-1}]""", ranks.ToJsonString());
        var elastic = (await _server.PostAsync("""{"query": "red", "documents": ["blue", "red"], "top_n": 1}""", "/")).Json;
        Assert.Equal(["index", "score"], elastic[0]!.AsObject().Select(field => field.Key));
        var cosines = (await _server.PostAsync("""{"inputs": {"source_sentence": "red", "sentences": ["red", "blue"]}, "parameters": {"truncation_direction": "Left"}}""", "/")).Json;
        var (red, blue) = (await _server.EmbedAsync("red"), await _server.EmbedAsync("blue"));
        AssertNear([[1, (red[0] * blue[0]) + (red[1] * blue[1])]], new JsonArray(cosines.DeepClone()));
    }

    [Fact]
    public async Task Vertex_gets_the_reply_of_each_of_its_instances()
    {
        var reply = await _server.PostAsync(
            """{"instances": [{"inputs": "red"}, {"query": "red", "texts": ["red"]}, {"inputs": ["blue", "red"]}]}""", "/vertex");
        var predictions = reply.Json["predictions"]!;
        AssertNear([await _server.EmbedAsync("red")], predictions[0]!);
        Assert.Equal(0, predictions[1]![0]!["index"]!.GetValue<int>());
        Assert.Equal(2, predictions[2]!.AsArray().Count);
    }

    [Fact]
    public async Task Tokens_have_the_bytes_of_their_text_and_decode_to_it_again()
    {
        var reply = await _server.PostAsync("""{"inputs": ["é red", "blue"], "junk": 1}""", "/tokenize");
        Assert.Equal(
            """[{"id":2,"text":"[CLS]","special":true,"start":null,"stop":null},{"id":1,"text":"é","special":false,"start":0,"stop":2},{"id":5,"text":"red","special":false,"start":3,"stop":6},{"id":3,"text":"[SEP]","special":true,"start":null,"stop":null}]""",
            JsonNode.Parse(reply.Json[0]!.ToJsonString())!.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
        var plain = await _server.PostAsync("""{"inputs": "red", "add_special_tokens": false, "prompt_name": "query"}""", "/tokenize");
        Assert.Equal(["ask", "red"], plain.Json[0]!.AsArray().Select(token => token!["text"]!.GetValue<string>()));
        Assert.Equal("""["red blue"]""", (await _server.PostAsync("""{"ids": [2, 5, 7, 3, 4294967295, 99]}""", "/decode")).Text);
        Assert.Equal("""["[CLS] red [SEP]","blue"]""", (await _server.PostAsync("""{"ids": [[2, 5, 3], [7]], "skip_special_tokens": false}""", "/decode")).Text);
        // This server's own request for the same path.
        Assert.Equal("list", (await _server.PostAsync("""{"input": "red"}""", "/tokenize")).Json["object"]!.GetValue<string>());
    }

    [Fact]
    public async Task Info_says_what_clients_look_for()
    {
        var info = (await _server.GetAsync("/info")).Json;
        Assert.Equal(
            """["tests/tiny",null,"float32","tests/tiny",{"embedding":{"pooling":"mean"}},8,2048,true]""",
            new JsonArray([.. new[] { "model_id", "model_sha", "model_dtype", "served_model_name", "model_type", "max_input_length", "max_client_batch_size", "auto_truncate" }
                .Select(field => info[field]?.DeepClone())]).ToJsonString());
        Assert.Equal(
            """{"model_name":"tests/tiny","model_type":"embeddings","model_provider_name":"tests"}""",
            (await _server.GetAsync("/info?api-version=2024-05-01-preview")).Text);
        Assert.Equal(HttpStatusCode.OK, (await _server.GetAsync("/ping")).Status);
    }

    private static void AssertNear(float[][] expected, JsonNode actual)
    {
        var rows = actual.AsArray().Select(row => TeiServer.Numbers(row!)).ToArray();
        Assert.Equal(expected.Length, rows.Length);
        Assert.All(expected.Zip(rows), pair =>
        {
            Assert.Equal(pair.First.Length, pair.Second.Length);
            Assert.All(pair.First.Zip(pair.Second), numbers => Assert.Equal(numbers.First, numbers.Second, 1e-5f));
        });
    }
}
