namespace Embeddings.Inference.Hub;

/// <summary>
/// Prompts of models whose repositories name them only in the description for people. Searches with these models find
/// less without them.
/// </summary>
internal static class KnownPrompts
{
    private const string Passages = "Represent this sentence for searching relevant passages: ";
    private const string Instruction =
        "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ";

    private static readonly (string Start, string End, (string Name, string Text)[] Prompts)[] Families =
    [
        ("BAAI/bge-", "-en-v1.5", [("query", Passages)]),
        ("BAAI/bge-", "-en", [("query", Passages)]),
        ("intfloat/multilingual-e5-", "-instruct", [("query", Instruction)]),
        ("intfloat/multilingual-e5-", "", [("query", "query: "), ("passage", "passage: ")]),
        ("intfloat/e5-", "", [("query", "query: "), ("passage", "passage: ")]),
        ("mixedbread-ai/mxbai-embed-large-v1", "", [("query", Passages)]),
        ("Snowflake/snowflake-arctic-embed-", "-v2.0", [("query", "query: ")]),
        ("Snowflake/snowflake-arctic-embed-", "", [("query", Passages)]),
        ("WhereIsAI/UAE-Large-V1", "", [("query", Passages)]),
        ("nomic-ai/nomic-embed-text-", "", Nomic),
        ("nomic-ai/modernbert-embed-base", "", Nomic),
    ];

    private static (string Name, string Text)[] Nomic =>
    [
        ("search_query", "search_query: "), ("search_document", "search_document: "), ("clustering", "clustering: "),
        ("classification", "classification: "),
    ];

    /// <summary>The prompts of a repository, or <see langword="null"/> if it is of no such family.</summary>
    public static OrderedDictionary<string, string>? Of(string repository)
    {
        var prompts = Families.FirstOrDefault(family =>
            repository.StartsWith(family.Start, StringComparison.OrdinalIgnoreCase)
            && repository.EndsWith(family.End, StringComparison.OrdinalIgnoreCase)).Prompts;
        return prompts is null
            ? null
            : new(prompts.Select(prompt => KeyValuePair.Create(prompt.Name, prompt.Text)));
    }
}
