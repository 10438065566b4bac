using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tests.Runtime;

/// <summary>Graphs with the inputs and outputs that exports of different bodies have.</summary>
public sealed class GraphTests
{
    // Ids 4, 5 and 6.
    private static readonly string[] Words = ["four", "five", "six"];

    private static readonly string[] Texts = ["four", "four five six six six", "six", "five four"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_decoder_gets_positions_and_no_earlier_keys_and_the_last_token_stands_for_its_text()
    {
        // Each token's vector is (its id, its position); the shape of the keys adds nothing, but must be there.
        var graph = Plain("position_ids")
            .Input("past_key_values.0.key", TestGraph.Float, "b", 2, "p", 3)
            .Input("past_key_values.0.value", TestGraph.Float, "b", 2, "p", 3)
            .Node("Concat", "past", [("axis", 2)], "past_key_values.0.key", "past_key_values.0.value")
            .Node("ReduceSum", "nothing", [("keepdims", 0)], "past")
            .Node("Concat", "pairs", [("axis", -1)], "input_ids3", "position_ids3")
            .Node("Add", "last_hidden_state", "pairs", "nothing")
            .Output("last_hidden_state", TestGraph.Float, "b", "t", 2);
        using var model = new GraphModel(graph.ToBytes(), Words, """{"pooling": "last_token"}""");
        // [SEP] is 2. Its position is the number of tokens before it.
        Assert.Equal([[2, 2], [2, 6], [2, 2], [2, 3]], await EmbedAsync(model, Texts));
    }

    [Theory]
    [InlineData("right", 2)]
    [InlineData("left", 6)]
    public async Task Padding_is_on_the_side_and_has_the_id_that_the_manifest_says(string side, int expected)
    {
        // Column 2 of each row of ids, whatever text it belongs to: (id, id) for each text.
        var graph = Plain().Integers("two", 2)
            .Node("Gather", "column", [("axis", 1)], "input_ids3", "two")
            .Node("ReduceSum", "flat", [("keepdims", 0)], "column", "axis")
            .Node("Concat", "sentence_embedding", [("axis", -1)], "flat", "flat")
            .Output("sentence_embedding", TestGraph.Float, "b", 2);
        var facts = $$"""{"pooling": "none", "padding_side": "{{side}}", "pad_id": 6}""";
        using var model = new GraphModel(graph.Integers("axis", 1).ToBytes(), Words, facts);
        // [CLS] four [SEP] and three of padding, beside a text of six tokens.
        var vectors = await EmbedAsync(model, ["four", "five five five five"]);
        Assert.Equal([expected, expected], vectors[0]);
    }

    [Theory]
    [InlineData("sentence_embedding", """{"pooling": "none"}""")]
    [InlineData("text_embeds", """{"pooling": "none"}""")]
    [InlineData("another", """{"pooling": "none", "output": "another"}""")]
    public async Task A_graph_that_pools_is_read_as_it_is(string output, string facts)
    {
        // The sum of the ids, of which those of padding are 0, and the number of tokens.
        var graph = Plain("attention_mask")
            .Node("Concat", "last_hidden_state", [("axis", -1)], "input_ids3", "attention_mask3")
            .Integers("tokens", 1).Node("ReduceSum", output, [("keepdims", 0)], "last_hidden_state", "tokens")
            .Output("last_hidden_state", TestGraph.Float, "b", "t", 2).Output(output, TestGraph.Float, "b", 2);
        using var model = new GraphModel(graph.ToBytes(), Words, facts);
        Assert.Equal([[6, 3], [29, 7], [8, 3], [11, 4]], await EmbedAsync(model, Texts));
    }

    [Fact]
    public async Task In_a_weighted_mean_the_nth_token_counts_n_times()
    {
        using var model = new GraphModel(IdsAndOnes(), Words, """{"pooling": "weighted_mean"}""");
        // [CLS] 0, five 5, four 4, [SEP] 2: (0 + 10 + 12 + 8) / 10.
        var vectors = await EmbedAsync(model, ["five four", "four four four four"]);
        Assert.Equal([3f, 1f], vectors[0]);
    }

    [Theory]
    [InlineData("right")]
    [InlineData("left")]
    public async Task A_graph_for_one_text_at_a_time_gets_one_text_at_a_time(string side)
    {
        var graph = new TestGraph().Integers("last", -1);
        foreach (var name in new[] { "input_ids", "attention_mask" })
        {
            graph.Input(name, TestGraph.Int64, 1, "t")
                .Node("Cast", name + "2", [("to", TestGraph.Float)], name)
                .Node("Unsqueeze", name + "3", name + "2", "last");
        }

        graph.Node("Concat", "last_hidden_state", [("axis", -1)], "input_ids3", "attention_mask3")
            .Output("last_hidden_state", TestGraph.Float, 1, "t", 2);
        using var model = new GraphModel(
            graph.ToBytes(), Words, $$"""{"pooling": "weighted_mean", "padding_side": "{{side}}"}""");
        // [CLS] 0, five 5, [SEP] 2: (0 + 10 + 6) / 6.
        var vectors = await EmbedAsync(model, ["five", "four four four four", "six", "five"]);
        Assert.Equal([16f / 6, 1f], vectors[0]);
        Assert.Equal([18f / 6, 1f], vectors[2]);
        Assert.Equal(vectors[0], vectors[3]);
    }

    [Fact]
    public async Task A_sparse_vector_has_of_each_word_the_logarithm_of_its_largest_number()
    {
        // (id − 4, −1) at each token, and a second graph output that is none of these.
        var graph = Plain().Weights("four", [4], 1).Weights("zero", [0], 1).Weights("one", [1], 1)
            .Node("Sub", "first", "input_ids3", "four")
            .Node("Mul", "zeros", "input_ids3", "zero").Node("Sub", "second", "zeros", "one")
            .Node("Concat", "logits", [("axis", -1)], "first", "second").Output("logits", TestGraph.Float, "b", "t", 2);
        using var model = new GraphModel(graph.ToBytes(), Words, """{"pooling": "splade"}""");
        var vectors = await EmbedAsync(model, ["four", "four six six six six five"]);
        Assert.Equal([0, 0], vectors[0]);
        Assert.Equal(Math.Log(3), vectors[1][0], 1e-6);
        Assert.Equal(0, vectors[1][1]);
        Assert.Equal([false, true], new[] { 1, 2 }.Select(model.Manifest.Gives));
    }

    [Theory]
    [InlineData("right")]
    [InlineData("left")]
    public async Task The_vectors_of_tokens_are_those_of_the_text_and_of_no_padding(string side)
    {
        using var model = new GraphModel(IdsAndOnes(), Words, $$"""{"normalize": true, "padding_side": "{{side}}"}""");
        var settings = new EncoderSettings { Workers = 1, CacheBytes = 1 << 20 };
        using var encoder = new SentenceEncoder(model.Manifest, model.Folder, settings);
        string[] texts = ["five four", "six", "five four", "six six six six"];
        // The vectors of the texts, which the cache keeps, are others.
        await encoder.GenerateAsync(texts, cancellationToken: Cancelled);
        var made = await encoder.EmbedTokensAsync(texts, cancellationToken: Cancelled);
        Assert.Equal((2, 4 + 3 + 4 + 6, 0), (made.Dimensions, made.TokenCount, made.TruncatedTexts));
        Assert.Equal([0, 1, 5, 1, 4, 1, 2, 1], made.Rows[0].ToArray());
        Assert.Equal([0, 1, 6, 1, 2, 1], made.Rows[1].ToArray());
        Assert.Equal(made.Rows[0].ToArray(), made.Rows[2].ToArray());
        Assert.Equal(12, made.Rows[3].Length);
    }

    [Fact]
    public async Task A_graph_with_a_task_is_told_that_of_the_request_and_never_that_of_a_neighbour()
    {
        var graph = Plain().Input("task_id", TestGraph.Int64)
            .Node("Cast", "task", [("to", TestGraph.Float)], "task_id").Weights("zero", [0], 1)
            .Node("Mul", "zeros", "input_ids3", "zero").Node("Add", "tasks", "zeros", "task")
            .Node("Concat", "last_hidden_state", [("axis", -1)], "input_ids3", "tasks")
            .Output("last_hidden_state", TestGraph.Float, "b", "t", 2);
        using var model = new GraphModel(graph.ToBytes(), Words, """
            {"tasks": {"query": 3, "passage": 8}, "prompts": {"query": "", "passage": ""}, "default_prompt": "passage"}
            """);
        using var encoder = new SentenceEncoder(
            model.Manifest, model.Folder, new EncoderSettings { Workers = 1, CacheBytes = 1 << 20 });
        var asked = Enumerable.Range(0, 60)
            .Select(i => (i % 3) switch { 0 => "query", 1 => "passage", _ => null }).ToList();
        var vectors = await Task.WhenAll(
            asked.Select(task => encoder.GenerateAsync(["four"], new EncodingOptions { Task = task }, Cancelled)));
        Assert.Equal(
            asked.Select(task => task == "query" ? 3f : 8f), vectors.Select(made => made[0].Vector.ToArray()[1]));
    }

    [Fact]
    public void What_a_graph_wants_and_nobody_gives_is_refused_by_name()
    {
        Refuses(
            "wants the input 'pixel_values', which is not known here",
            graph => graph.Input("pixel_values", TestGraph.Float, "b", 3));
        Refuses(
            "wants the input 'position_ids' as Int32",
            graph => graph.Input("position_ids", TestGraph.Int32, "b", "t"));
        Refuses(
            "wants the input 'task_id', but model.json names no \"tasks\"",
            graph => graph.Input("task_id", TestGraph.Int64));
        Refuses("how many heads", graph => graph.Input("past_key_values.0.key", TestGraph.Float, "b", "h", "p", 3));
    }

    [Theory]
    [InlineData(
        """{"dimensions": 3}""",
        "gives 'last_hidden_state' as Float [-1, -1, 2]; expected is Float [batch, tokens, 3]")]
    [InlineData("""{"pooling": "none"}""", "expected is Float [batch, 2]")]
    [InlineData("""{"output": "logits"}""", "has no output 'logits', which model.json names; it has last_hidden_state")]
    public void An_output_that_is_not_what_the_manifest_says_is_refused_at_the_start(string facts, string part)
    {
        using var model = new GraphModel(IdsAndOnes(), Words, facts);
        var refused = Assert.Throws<ModelException>(() => new SentenceEncoder(model.Manifest, model.Folder));
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    private static void Refuses(string part, Action<TestGraph> change)
    {
        var graph = Plain("attention_mask")
            .Node("Concat", "last_hidden_state", [("axis", -1)], "input_ids3", "attention_mask3")
            .Output("last_hidden_state", TestGraph.Float, "b", "t", 2);
        change(graph);
        using var model = new GraphModel(graph.ToBytes(), Words);
        var refused = Assert.Throws<ModelException>(() => new SentenceEncoder(model.Manifest, model.Folder));
        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    private static byte[] IdsAndOnes() => Plain("attention_mask")
        .Node("Concat", "last_hidden_state", [("axis", -1)], "input_ids3", "attention_mask3")
        .Output("last_hidden_state", TestGraph.Float, "b", "t", 2).ToBytes();

    // Ids, and another input, as numbers [batch, tokens, 1].
    private static TestGraph Plain(string? other = null)
    {
        var graph = new TestGraph().Integers("last", -1);
        foreach (var name in other is null ? ["input_ids"] : new[] { "input_ids", other })
        {
            graph.Input(name, TestGraph.Int64, "b", "t")
                .Node("Cast", name + "2", [("to", TestGraph.Float)], name)
                .Node("Unsqueeze", name + "3", name + "2", "last");
        }

        return graph;
    }

    private static async Task<float[][]> EmbedAsync(GraphModel model, string[] texts)
    {
        using var encoder = new SentenceEncoder(model.Manifest, model.Folder, new EncoderSettings { Workers = 1 });
        var made = await encoder.GenerateAsync(texts, cancellationToken: Cancelled);
        return [.. made.Select(vector => vector.Vector.ToArray())];
    }
}
