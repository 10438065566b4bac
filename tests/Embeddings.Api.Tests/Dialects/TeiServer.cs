using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Dialects;

/// <summary>
/// A server of the encoder <c>tiny</c>, the reranker <c>overlap</c>, the classifier <c>colours</c> and, unless a test
/// wants none, the sparse model <c>words</c>.
/// </summary>
public sealed class TeiServer : IAsyncDisposable
{
    /// <summary>Tokens that <c>tiny</c> reads of a text.</summary>
    public const int MaxTokens = 8;

    /// <summary>[CLS] and [SEP] of <c>tiny</c>.</summary>
    public const int Cls = 2;

    public const int Sep = 3;

    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly TinyModel _tiny;

    public TeiServer()
        : this([])
    {
    }

    internal TeiServer(Dictionary<string, string?> settings, bool hasOthers = true)
    {
        _tiny = new TinyModel(
            [.. Special, .. TestReranker.Words, "ask"],
            [0, 0, 0, 0, 1, 1, 2, -1, 0, 0, 10, 1, 9, 3, -1, 10, -9, 1, 1, -9, 3, 3],
            maxTokens: MaxTokens,
            normalize: true,
            prompts: new() { ["query"] = "ask " });
        if (hasOthers)
        {
            _ = TestReranker.Overlap(models: _tiny.Models);
            _ = TestReranker.Colours(models: _tiny.Models);
            _ = Sparse(_tiny.Models);
        }

        Server = new Server(
            new(settings) { ["Models:Directory"] = _tiny.Models, ["Models:Default"] = TinyModel.Name });
    }

    internal Server Server { get; }

    internal static float[] Numbers(JsonNode vector) => [.. vector.AsArray().Select(number => number!.GetValue<float>())];

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _tiny.Dispose();
    }

    // At each token the one word whose turn it is: (id − 4, −1). So the first word's weight is ln(1 + the largest).
    private static GraphModel Sparse(string models)
    {
        var graph = new TestGraph()
            .Input("input_ids", TestGraph.Int64, "b", "t").Input("attention_mask", TestGraph.Int64, "b", "t")
            .Integers("last", -1).Weights("four", [4], 1).Weights("zero", [0], 1).Weights("one", [1], 1)
            .Node("Cast", "ids", [("to", TestGraph.Float)], "input_ids").Node("Unsqueeze", "ids3", "ids", "last")
            .Node("Sub", "first", "ids3", "four").Node("Mul", "zeros", "ids3", "zero").Node("Sub", "second", "zeros", "one")
            .Node("Concat", "logits", [("axis", -1)], "first", "second").Output("logits", TestGraph.Float, "b", "t", 2);
        return new GraphModel(
            graph.ToBytes(), TestReranker.Words, """{"pooling": "splade"}""", name: "words", models: models);
    }
}
