using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Tests;

public sealed class VectorCacheTests
{
    // Two ids, two numbers, and what the cache itself takes.
    private const int Entry = (2 * sizeof(int)) + (2 * sizeof(float)) + 160;

    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void It_finds_by_the_ids_and_forgets_first_what_was_used_least_recently()
    {
        var cache = new VectorCache(3 * Entry);
        cache.Add([1, 1], [1, 0]);
        cache.Add([2, 2], [2, 0]);
        cache.Add([3, 3], [3, 0]);
        Assert.Equal(3 * Entry, cache.Bytes);
        Assert.Equal([1f, 0], cache.Find([1, 1])!);
        cache.Add([4, 4], [4, 0]);
        Assert.Null(cache.Find([2, 2]));
        Assert.NotNull(cache.Find([1, 1]));
        Assert.NotNull(cache.Find([3, 3]));
        Assert.Equal([4f, 0], cache.Find([4, 4])!);
        Assert.Equal(3 * Entry, cache.Bytes);
    }

    [Fact]
    public void What_is_there_already_takes_no_more_room_and_what_is_too_large_takes_none()
    {
        var cache = new VectorCache(2 * Entry);
        cache.Add([1, 1], [1, 0]);
        cache.Add([1, 1], [1, 0]);
        Assert.Equal(Entry, cache.Bytes);
        cache.Add([.. Enumerable.Range(0, 1000)], [1, 0]);
        Assert.Equal(Entry, cache.Bytes);
    }

    [Fact]
    public async Task Many_threads_find_nothing_but_the_vectors_of_their_ids()
    {
        var cache = new VectorCache(50 * Entry);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 20_000; i++)
            {
                var id = random.Next(200);
                if (cache.Find([id, -id]) is { } vector)
                {
                    Assert.Equal(id, vector[0]);
                }
                else
                {
                    cache.Add([id, -id], [id, 0]);
                }
            }
        }, Cancelled)));
        Assert.InRange(cache.Bytes, 1, 50 * Entry);
    }

    [Fact]
    public async Task An_encoder_remembers_counts_and_gives_the_same_vectors()
    {
        using var model = new TinyModel(Vocabulary, [0, 0, 9, 9, 0, 0, 0, 0, 0, 0, 4, 0, 0, 8, 6, 6]);
        using var encoder = new SentenceEncoder(model.Manifest, model.Folder, new EncoderSettings { CacheBytes = 1 << 20 });
        IEmbeddingGenerator<string, Embedding<float>> generator = encoder;
        var first = await generator.GenerateAsync(["a b", "c"], cancellationToken: Cancelled);
        var second = await generator.GenerateAsync(["c", "a  b", "b"], cancellationToken: Cancelled);
        Assert.Equal((2, 3), (encoder.State.CacheHits, encoder.State.CacheMisses));
        Assert.Equal(first[0].Vector.ToArray(), second[1].Vector.ToArray());
        Assert.Equal(first[1].Vector.ToArray(), second[0].Vector.ToArray());
        Assert.Equal(10, second.Usage!.InputTokenCount);

        // Fewer dimensions must not change what is remembered.
        await generator.GenerateAsync(["a b"], new EmbeddingGenerationOptions { Dimensions = 1 }, Cancelled);
        var third = await generator.GenerateVectorAsync("a b", cancellationToken: Cancelled);
        Assert.Equal(first[0].Vector.ToArray(), third.ToArray());
    }
}
