using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Reranking;

/// <summary>
/// A server of the encoder <c>tiny</c> and, unless a test wants none, of the reranker <c>overlap</c> and the classifier
/// <c>colours</c>.
/// </summary>
public sealed class RerankServer : IAsyncDisposable
{
    // Ids of the encoder: five special tokens, then the words.
    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly TinyModel _tiny;

    public RerankServer(bool hasCrossEncoders = true, Dictionary<string, string?>? settings = null)
    {
        // Red is near to green, and blue to neither.
        _tiny = new TinyModel(
            [.. Special, .. TestReranker.Words, "ask"],
            [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 1, 9, 3, -1, 10, -9, 1, 1, -9, 3, 3],
            prompts: new() { ["query"] = "ask " });
        if (hasCrossEncoders)
        {
            _ = TestReranker.Overlap(models: _tiny.Models);
            _ = TestReranker.Colours(models: _tiny.Models);
        }

        Server = new Server(
            new(settings ?? []) { ["Models:Directory"] = _tiny.Models, ["Models:Default"] = TinyModel.Name });
    }

    internal Server Server { get; }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _tiny.Dispose();
    }
}
