namespace Embeddings.Inference.Tests;

/// <summary>
/// Cross-encoders that a test can work out: one counts the words that query and document have in common, told apart by
/// their type ids; one counts words that speak for each of its labels.
/// </summary>
public static class TestReranker
{
    public static readonly string[] Words = ["red", "green", "blue", "black", "white"];

    /// <summary>A reranker: its score is Σ over words of (times in the query) · (times in the document) − 1.</summary>
    public static GraphModel Overlap(string facts = "{}", string name = "overlap", string? models = null)
    {
        var size = GraphModel.FirstWord + Words.Length;
        var table = new float[size * Words.Length];
        for (var i = 0; i < Words.Length; i++)
        {
            table[((GraphModel.FirstWord + i) * Words.Length) + i] = 1;
        }

        var graph = Inputs().Output("logits", TestGraph.Float, "b", 1)
            .Weights("table", table, size, Words.Length).Weights("one", [1], 1).Integers("last", -1).Integers("tokens", 1)
            .Node("Gather", "rows", "table", "input_ids")
            .Node("Cast", "mask", [("to", TestGraph.Float)], "attention_mask")
            .Node("Cast", "types", [("to", TestGraph.Float)], "token_type_ids")
            .Node("Sub", "first", "mask", "types")
            .Node("Unsqueeze", "first3", "first", "last").Node("Unsqueeze", "second3", "types", "last")
            .Node("Mul", "query_rows", "rows", "first3").Node("Mul", "document_rows", "rows", "second3")
            .Node("ReduceSum", "query", [("keepdims", 0)], "query_rows", "tokens")
            .Node("ReduceSum", "document", [("keepdims", 0)], "document_rows", "tokens")
            .Node("Mul", "products", "query", "document")
            .Node("ReduceSum", "common", [("keepdims", 1)], "products", "last")
            .Node("Sub", "logits", "common", "one");
        return new GraphModel(
            graph.ToBytes(), Words, With(facts, """{"kind": "cross-encoder", "pooling": "none", "dimensions": 1}"""), name: name,
            models: models);
    }

    /// <summary>A classifier with the labels warm (red counts 2) and cold (green and blue count 1).</summary>
    public static GraphModel Colours(string facts = "{}", string name = "colours", string? models = null)
    {
        var size = GraphModel.FirstWord + Words.Length;
        var table = new float[size * 2];
        table[GraphModel.FirstWord * 2] = 2;
        table[((GraphModel.FirstWord + 1) * 2) + 1] = table[((GraphModel.FirstWord + 2) * 2) + 1] = 1;
        var graph = Inputs().Output("logits", TestGraph.Float, "b", 2)
            .Weights("table", table, size, 2).Integers("last", -1).Integers("tokens", 1)
            .Node("Gather", "rows", "table", "input_ids")
            .Node("Cast", "mask", [("to", TestGraph.Float)], "attention_mask").Node("Unsqueeze", "mask3", "mask", "last")
            .Node("Mul", "known", "rows", "mask3")
            .Node("ReduceSum", "logits", [("keepdims", 0)], "known", "tokens");
        return new GraphModel(
            graph.ToBytes(), Words,
            With(facts, """{"kind": "cross-encoder", "pooling": "none", "dimensions": 2, "labels": ["warm", "cold"]}"""),
            name: name, models: models);
    }

    private static TestGraph Inputs() => new TestGraph()
        .Input("input_ids", TestGraph.Int64, "b", "t").Input("attention_mask", TestGraph.Int64, "b", "t")
        .Input("token_type_ids", TestGraph.Int64, "b", "t");

    private static string With(string facts, string others) =>
        facts == "{}" ? others : others[..^1] + "," + facts.TrimStart()[1..];
}
