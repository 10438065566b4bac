namespace Embeddings.Inference.Hub;

/// <summary>
/// Prompts of models whose repositories name them only in the description for people. Searches with these models find
/// less without them.
/// </summary>
internal static class KnownPrompts
{
    private const string Passages = "Represent this sentence for searching relevant passages: ";

    private static readonly (string Start, string End, string Query, string? Passage)[] Families =
    [
        ("BAAI/bge-", "-en-v1.5", Passages, null),
        ("BAAI/bge-", "-en", Passages, null),
        ("intfloat/e5-", "", "query: ", "passage: "),
        ("mixedbread-ai/mxbai-embed-large-v1", "", Passages, null),
        ("Snowflake/snowflake-arctic-embed-", "", Passages, null),
    ];

    /// <summary>The prompts of a repository, or <see langword="null"/> if it is of no such family.</summary>
    public static OrderedDictionary<string, string>? Of(string repository)
    {
        foreach (var (start, end, query, passage) in Families)
        {
            if (repository.StartsWith(start, StringComparison.OrdinalIgnoreCase)
                && repository.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return passage is null
                    ? new() { ["query"] = query }
                    : new() { ["query"] = query, ["passage"] = passage };
            }
        }

        return null;
    }
}
