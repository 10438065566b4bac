using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>
/// Lengths of shorter vectors of models whose repositories name them only in the description for people.
/// </summary>
internal static class KnownMatryoshka
{
    private static readonly (string Start, Matryoshka Lengths)[] Families =
    [
        ("nomic-ai/nomic-embed-text-v1.5", new Matryoshka([768, 512, 256, 128, 64], LayerNorm: true)),
        ("nomic-ai/nomic-embed-text-v2-moe", new Matryoshka([768, 256])),
        ("nomic-ai/modernbert-embed-base", new Matryoshka([768, 256])),
        ("Snowflake/snowflake-arctic-embed-m-v1.5", new Matryoshka([768, 256])),
        ("Snowflake/snowflake-arctic-embed-m-v2.0", new Matryoshka([768, 256])),
        ("Snowflake/snowflake-arctic-embed-l-v2.0", new Matryoshka([1024, 256])),
        ("google/embeddinggemma-300m", new Matryoshka([768, 512, 256, 128])),
    ];

    /// <summary>The lengths of a repository's model, or <see langword="null"/> if none are known.</summary>
    public static Matryoshka? Of(string repository) =>
        Families.FirstOrDefault(family => repository.StartsWith(family.Start, StringComparison.OrdinalIgnoreCase))
            .Lengths;
}
