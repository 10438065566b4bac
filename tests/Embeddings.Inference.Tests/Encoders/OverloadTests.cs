using Embeddings.Inference.Encoders;
using Embeddings.Inference.Tests.Scheduling;
using Embeddings.Inference.Tokenization;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Tests.Encoders;

/// <summary>
/// What is taken and what is refused while the workers are held, and the queue has room for twenty tokens.
/// </summary>
public sealed class OverloadTests : IDisposable
{
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"];

    private readonly TinyModel _model = new(Vocabulary, new float[Vocabulary.Length], maxTokens: 64);
    private readonly SumEncoder _workers = new();

    private SentenceEncoder? _encoder;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_could_never_fit_is_told_so_however_many_wait_and_the_rest_is_told_to_wait()
    {
        Load();
        var first = await FillAsync();
        var never = await Assert.ThrowsAsync<TooManyTokensException>(() => EmbedAsync([Words(30)]));
        Assert.Equal(20, never.MaxTokens);
        await Assert.ThrowsAsync<EncoderBusyException>(() => EmbedAsync([Words(10)]));
        _workers.Release();
        await first;
        Assert.Single(await EmbedAsync([Words(10)]));
    }

    [Fact]
    public async Task What_is_begun_is_taken_however_many_wait()
    {
        Load();
        var first = await FillAsync();
        var rest = EmbedAsync([Words(10)], new EncodingOptions { IsBegun = true });
        Assert.False(rest.IsCompleted);
        _workers.Release();
        await Task.WhenAll(first, rest);
    }

    [Fact]
    public async Task What_is_cached_needs_no_room()
    {
        Load(cacheBytes: 100_000);
        var known = await EmbedAsync([Words(10)]);
        var first = await FillAsync();
        var again = await EmbedAsync([Words(10)]);
        Assert.Equal(known[0].Vector.ToArray(), again[0].Vector.ToArray());
        await Assert.ThrowsAsync<EncoderBusyException>(() => EmbedAsync([Words(10), Words(9)]));
        _workers.Release();
        await first;
    }

    [Fact]
    public async Task Texts_of_one_request_with_equal_ids_are_run_once()
    {
        Load();
        var embeddings = await EmbedAsync(["a b", "a  b", "a b", "A b"]);
        Assert.Equal(1, _workers.Sequences);
        Assert.Equal(16, embeddings.Usage!.InputTokenCount);
        Assert.All(embeddings, embedding => Assert.Equal(embeddings[0].Vector.ToArray(), embedding.Vector.ToArray()));
    }

    public void Dispose()
    {
        // Otherwise disposal would wait for the batches that a failed test holds.
        _workers.Release();
        _encoder?.Dispose();
        _model.Dispose();
    }

    private static string Words(int tokens) =>
        string.Join(' ', Enumerable.Range(0, tokens - 2).Select(i => i % 3 == 0 ? "a" : "b"));

    private void Load(long cacheBytes = 0) => _encoder = new SentenceEncoder(
        _model.Manifest,
        ModelTokenizer.Read(_model.Folder, _model.Manifest),
        _workers,
        new EncoderSettings { Workers = 1, MaxQueuedTokens = 20, CacheBytes = cacheBytes });

    private Task<GeneratedEmbeddings<Embedding<float>>> EmbedAsync(
        IEnumerable<string> texts, EncodingOptions? options = null) =>
        _encoder!.GenerateAsync(texts, options, Cancelled).WaitAsync(TimeSpan.FromSeconds(60), Cancelled);

    private async Task<Task> FillAsync()
    {
        var before = _workers.Running;
        _workers.Hold();
        var first = EmbedAsync([Words(20)]);
        while (_workers.Running == before)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), Cancelled);
        }

        return first;
    }
}
