using Embeddings.Inference.Encoders;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference.Tests.Encoders;

public sealed class VectorCacheTests
{
    // Two ids, two numbers, and what the cache itself takes.
    private const int Entry = (2 * sizeof(int)) + (2 * sizeof(float)) + 192;

    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_finds_by_the_ids_and_forgets_first_what_was_used_least_recently()
    {
        var inner = new FirstId();
        using var cache = new VectorCache(inner, 3 * Entry);
        await cache.GenerateAsync([new([1, 1]), new([2, 2]), new([3, 3])], cancellationToken: Cancelled);
        Assert.Equal(3 * Entry, cache.Bytes);
        var again = await cache.GenerateVectorAsync(new Sequence([1, 1]), cancellationToken: Cancelled);
        Assert.Equal([1f, 0], again.ToArray());
        await cache.GenerateAsync([new([4, 4])], cancellationToken: Cancelled);
        Assert.Equal(4, inner.Inputs);
        await cache.GenerateAsync([new([1, 1]), new([3, 3]), new([4, 4])], cancellationToken: Cancelled);
        Assert.Equal(4, inner.Inputs);
        Assert.Equal(3 * Entry, cache.Bytes);
        await cache.GenerateAsync([new([2, 2])], cancellationToken: Cancelled);
        Assert.Equal(5, inner.Inputs);
    }

    [Fact]
    public async Task What_is_there_already_takes_no_more_room_and_what_is_too_large_takes_none()
    {
        using var cache = new VectorCache(new FirstId(), 2 * Entry);
        await cache.GenerateAsync([new([1, 1]), new([1, 1])], cancellationToken: Cancelled);
        Assert.Equal(Entry, cache.Bytes);
        await cache.GenerateAsync([new([.. Enumerable.Range(0, 1000)])], cancellationToken: Cancelled);
        Assert.Equal(Entry, cache.Bytes);
    }

    [Fact]
    public async Task Many_threads_find_nothing_but_the_vectors_of_their_ids()
    {
        using var cache = new VectorCache(new FirstId(), 50 * Entry);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(async () =>
        {
            var random = new Random(thread);
            for (var i = 0; i < 20_000; i++)
            {
                var id = random.Next(200);
                var vector = await cache.GenerateVectorAsync(new Sequence([id, -id]), cancellationToken: Cancelled);
                Assert.Equal(id, vector.Span[0]);
            }
        }, Cancelled)));
        Assert.InRange(cache.Bytes, 1, 50 * Entry);
        Assert.Equal(8 * 20_000, cache.Hits + cache.Misses);
    }

    [Fact]
    public async Task An_encoder_caches_counts_and_gives_the_same_vectors()
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

        // Fewer dimensions must not change the cached vector.
        await generator.GenerateAsync(["a b"], new EmbeddingGenerationOptions { Dimensions = 1 }, Cancelled);
        var third = await generator.GenerateVectorAsync("a b", cancellationToken: Cancelled);
        Assert.Equal(first[0].Vector.ToArray(), third.ToArray());
    }

    // Ids → [the first of them, 0].
    private sealed class FirstId : IEmbeddingGenerator<Sequence, Embedding<float>>
    {
        private int _inputs;

        /// <summary>Inputs that were not remembered.</summary>
        public int Inputs => _inputs;

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
            IEnumerable<Sequence> values,
            EmbeddingGenerationOptions? options = null,
            CancellationToken cancellationToken = default)
        {
            var embeddings = values.Select(sequence => new Embedding<float>(new float[] { sequence.Ids[0], 0 }))
                .ToList();
            Interlocked.Add(ref _inputs, embeddings.Count);
            return Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(embeddings));
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
