using Embeddings.Inference.Models;

namespace Embeddings.Benchmarks.Families;

/// <summary>A model with the layer sizes of one that people serve.</summary>
/// <param name="Name">Which models have these sizes.</param>
/// <param name="Body">Its name in <c>bodies.py</c>.</param>
/// <param name="Layers">Layers.</param>
/// <param name="Width">Numbers of a token's vector.</param>
/// <param name="Heads">Heads of attention.</param>
/// <param name="Inner">Numbers between the two products of a layer.</param>
/// <param name="Vocabulary">Rows of its table of tokens.</param>
internal sealed record FamilyModel(
    string Name, string Body, int Layers, int Width, int Heads, int Inner, int Vocabulary)
{
    /// <summary>Models whose weights have more than this are made only if asked for, in bytes.</summary>
    public const long UsualBytes = 2_000_000_000;

    /// <summary>How its tokens' vectors become one.</summary>
    public Pooling Pooling { get; init; } = Pooling.Mean;

    /// <summary>The id of padding, which XLM-R's positions depend on.</summary>
    public int Pad { get; init; }

    /// <summary>Rows of its table of positions; bodies with rotated positions have none.</summary>
    public int Positions { get; init; } = 512;

    /// <summary>Heads of keys and values; 0 for as many as others.</summary>
    public int KvHeads { get; init; }

    /// <summary>Numbers of a head; 0 for width by heads.</summary>
    public int Head { get; init; }

    /// <summary>Size of its weights, in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Numbers that it gives for a text.</summary>
    public int Dimensions => Body switch { "splade" => Vocabulary, "cross-encoder" => 1, _ => Width };

    /// <summary>What it makes of texts.</summary>
    public ModelKind Kind => Body == "cross-encoder" ? ModelKind.CrossEncoder : ModelKind.Encoder;

    /// <summary>The sizes for <c>bodies.py</c>.</summary>
    public object Sizes => new
    {
        vocabulary = Vocabulary,
        width = Width,
        heads = Heads,
        inner = Inner,
        layers = Layers,
        positions = Positions,
        pad = Pad,
        head = Head,
        kv_heads = KvHeads,
        window = 64,
    };

    /// <summary>The models, the fastest first.</summary>
    public static IReadOnlyList<FamilyModel> All { get; } =
    [
        new("all-MiniLM-L6, arctic-embed-xs", "bert", 6, 384, 12, 1536, 30_522) { Bytes = 91_000_000 },
        new("ms-marco-MiniLM-L6 (reranker)", "cross-encoder", 6, 384, 12, 1536, 30_522)
        {
            Pooling = Pooling.None, Bytes = 91_000_000,
        },
        new("bge-small, e5-small, gte-small, MiniLM-L12", "bert", 12, 384, 12, 1536, 30_522) { Bytes = 133_000_000 },
        new("multilingual-e5-small, multilingual-MiniLM-L12", "bert", 12, 384, 12, 1536, 250_037)
        {
            Bytes = 470_000_000,
        },
        new("bge-base, e5-base, gte-base, arctic-embed-m", "bert", 12, 768, 12, 3072, 30_522) { Bytes = 436_000_000 },
        new("all-mpnet-base", "mpnet", 12, 768, 12, 3072, 30_527) { Pad = 1, Bytes = 436_000_000 },
        new("splade (BERT base)", "splade", 12, 768, 12, 3072, 30_522)
        {
            Pooling = Pooling.Splade, Bytes = 532_000_000,
        },
        new("multilingual-e5-base, multilingual-mpnet-base", "xlm-r", 12, 768, 12, 3072, 250_002)
        {
            Pad = 1, Bytes = 1_110_000_000,
        },
        new("nomic-embed-text-v1.5", "rope", 12, 768, 12, 3072, 30_528) { Bytes = 547_000_000 },
        new("gte-modernbert-base", "modernbert", 22, 768, 12, 1152, 50_368)
        {
            Pooling = Pooling.Cls, Bytes = 596_000_000,
        },
        new("embeddinggemma-300m", "gemma", 24, 768, 3, 1152, 262_144)
        {
            KvHeads = 1, Head = 256, Bytes = 1_210_000_000,
        },
        new("bge-large, mxbai-embed-large, arctic-embed-l", "bert", 24, 1024, 16, 4096, 30_522)
        {
            Pooling = Pooling.Cls, Bytes = 1_340_000_000,
        },
        new("bge-m3, multilingual-e5-large", "xlm-r", 24, 1024, 16, 4096, 250_002)
        {
            Pooling = Pooling.Cls, Pad = 1, Positions = 8192, Bytes = 2_270_000_000,
        },
        new("Qwen3-Embedding-0.6B", "decoder", 28, 1024, 16, 3072, 151_669)
        {
            Pooling = Pooling.LastToken, KvHeads = 8, Head = 128, Bytes = 2_380_000_000,
        },
    ];
}
