using Embeddings.Api.Errors;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Embedding;

/// <summary>
/// Which prompt of a model is put before a text. Vendors name the prompts of queries and of documents differently, so
/// each name finds the prompt of the same meaning that the model has: <c>query</c> finds nomic's <c>search_query</c>,
/// <c>search_document</c> finds e5's <c>passage</c>.
/// </summary>
internal static class Prompts
{
    private static readonly string[] Queries =
    [
        "query", "search_query", "retrieval.query", "retrieval_query", "code.query", "code_retrieval_query",
        "question_answering", "fact_verification",
    ];

    private static readonly string[] Documents =
    [
        "document", "passage", "search_document", "corpus", "retrieval.passage", "retrieval_document", "code.passage",
    ];

    // Kinds that clients of other vendors send; a model may have prompts of these names.
    private static readonly string[] OtherTypes =
        ["classification", "clustering", "text-matching", "semantic_similarity", "separation", "text"];

    /// <summary>The prompt of texts that are searched.</summary>
    public static TextPrompt Document(ModelManifest model) => OfGroup(model, Documents) ?? Default(model);

    /// <summary>Whether a name or a kind means texts that are searched for, as a search takes them if it names
    /// none.</summary>
    public static bool IsQuery(string? name) => name is null || Queries.Contains(name);

    /// <summary>Whether a name or a kind means texts that are searched.</summary>
    public static bool IsDocument(string? name) => Documents.Contains(name);

    /// <summary>The prompt of texts that are searched for, unless the request asks for another.</summary>
    /// <exception cref="InvalidRequestException">The request asks for a prompt that does not exist, or for two prompts
    /// at once.</exception>
    public static TextPrompt Query(ModelManifest model, string? promptName, string? inputType) =>
        promptName is null && inputType is null
            ? OfGroup(model, Queries) ?? Default(model)
            : Asked(model, promptName, inputType);

    /// <summary>The prompt that a request asks for; if it asks for none, the model's default, which few have.</summary>
    /// <exception cref="InvalidRequestException">The request asks for what there is not, or for two things at
    /// once.</exception>
    /// <param name="model">The model.</param>
    /// <param name="promptName">The prompt by the model's name for it, or null.</param>
    /// <param name="inputType">What the texts are, or null.</param>
    /// <param name="field">The field of the request that says what the texts are.</param>
    public static TextPrompt Asked(
        ModelManifest model, string? promptName, string? inputType, string field = "input_type")
    {
        if (promptName is null && inputType is null)
        {
            return Default(model);
        }

        var byType = inputType is null ? null : OfType(model, inputType, field);
        var byName = promptName is null ? null : OfName(model, promptName);
        if (promptName is not null && inputType is not null && byType.GetValueOrDefault() != byName.GetValueOrDefault())
        {
            throw new InvalidRequestException(
                $"'prompt_name' is '{promptName}' and 'input_type' is '{inputType}', which are different prompts: " +
                "send one of them.",
                "prompt_name");
        }

        return byName ?? byType ?? default;
    }

    private static TextPrompt Default(ModelManifest model) =>
        model.DefaultPrompt is { } name ? Of(model, name)!.Value : default;

    private static TextPrompt? OfType(ModelManifest model, string type, string field)
    {
        if (Of(model, type) is { } prompt)
        {
            return prompt;
        }

        if (GroupOf(type) is { } group)
        {
            return OfGroup(model, group);
        }

        IEnumerable<string> own = model.Prompts is { } prompts ? prompts.Keys : [];
        return OtherTypes.Contains(type)
            ? null
            : throw new InvalidRequestException(
                $"Invalid value for '{field}' = {type}. Supported values: " +
                $"{List([.. Queries, .. Documents, .. OtherTypes, .. own])}.", field);
    }

    private static TextPrompt? OfName(ModelManifest model, string name)
    {
        if (model.Prompts is not { Count: > 0 } prompts)
        {
            return null;
        }

        return Of(model, name) is { } prompt ? prompt
            : GroupOf(name) is { } group ? OfGroup(model, group)
            : throw new InvalidRequestException(
                $"Invalid value for 'prompt_name' = {name}. The prompts of '{model.Id}' are {List(prompts.Keys)}.",
                "prompt_name");
    }

    private static TextPrompt? OfGroup(ModelManifest model, string[] group) =>
        group.Select(name => Of(model, name)).FirstOrDefault(prompt => prompt is not null);

    // A task has the name of its prompt, and may have no prompt.
    private static TextPrompt? Of(ModelManifest model, string name)
    {
        var text = model.Prompts?.GetValueOrDefault(name);
        var task = model.Tasks?.ContainsKey(name) == true ? name : null;
        return text is null && task is null ? null : new TextPrompt(text ?? "", task);
    }

    private static string[]? GroupOf(string name) =>
        Queries.Contains(name) ? Queries : Documents.Contains(name) ? Documents : null;

    private static string List(IEnumerable<string> names) =>
        $"[{string.Join(", ", names.Distinct().Select(name => $"'{name}'"))}]";
}

/// <summary>What goes with a text into the model.</summary>
/// <param name="Text">What is put before it; null or empty for nothing.</param>
/// <param name="Task">The task that the graph is told, for models that have tasks; null for the model's own
/// choice.</param>
internal readonly record struct TextPrompt(string? Text, string? Task = null);
