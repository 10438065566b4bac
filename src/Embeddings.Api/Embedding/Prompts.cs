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
    private static readonly string[] Queries = ["query", "search_query"];
    private static readonly string[] Documents = ["document", "passage", "search_document", "corpus"];

    // Kinds that clients of other vendors send; a model may have prompts of these names.
    private static readonly string[] OtherTypes = ["classification", "clustering"];

    /// <summary>The prompt of texts that are searched.</summary>
    public static string? Document(ModelManifest model) => OfGroup(model, Documents) ?? Default(model);

    /// <summary>The prompt of texts that are searched for, unless the request asks for another.</summary>
    /// <exception cref="InvalidRequestException">The request asks for a prompt that does not exist, or for two prompts
    /// at once.</exception>
    public static string? Query(ModelManifest model, string? promptName, string? inputType) =>
        promptName is null && inputType is null
            ? OfGroup(model, Queries) ?? Default(model)
            : Asked(model, promptName, inputType);

    /// <summary>The prompt that a request asks for; if it asks for none, the model's default, which few have.</summary>
    /// <exception cref="InvalidRequestException">The request asks for what there is not, or for two things at
    /// once.</exception>
    public static string? Asked(ModelManifest model, string? promptName, string? inputType)
    {
        if (promptName is null && inputType is null)
        {
            return Default(model);
        }

        var byType = inputType is null ? null : OfType(model, inputType);
        var byName = promptName is null ? null : OfName(model, promptName);
        if (promptName is not null && inputType is not null && (byType ?? "") != (byName ?? ""))
        {
            throw new InvalidRequestException(
                $"'prompt_name' is '{promptName}' and 'input_type' is '{inputType}', which are different prompts: " +
                "send one of them.",
                "prompt_name");
        }

        return byName ?? byType;
    }

    private static string? Default(ModelManifest model) =>
        model.DefaultPrompt is { } name ? model.Prompts![name] : null;

    private static string? OfType(ModelManifest model, string type)
    {
        if (model.Prompts?.TryGetValue(type, out var prompt) == true)
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
                $"Invalid value for 'input_type' = {type}. Supported values: " +
                $"{List([.. Queries, .. Documents, .. OtherTypes, .. own])}.", "input_type");
    }

    private static string? OfName(ModelManifest model, string name)
    {
        if (model.Prompts is not { Count: > 0 } prompts)
        {
            return null;
        }

        if (prompts.TryGetValue(name, out var prompt))
        {
            return prompt;
        }

        return GroupOf(name) is { } group
            ? OfGroup(model, group)
            : throw new InvalidRequestException(
                $"Invalid value for 'prompt_name' = {name}. The prompts of '{model.Id}' are {List(prompts.Keys)}.",
                "prompt_name");
    }

    private static string? OfGroup(ModelManifest model, string[] group) =>
        group.Select(name => model.Prompts?.GetValueOrDefault(name)).FirstOrDefault(prompt => prompt is not null);

    private static string[]? GroupOf(string name) =>
        Queries.Contains(name) ? Queries : Documents.Contains(name) ? Documents : null;

    private static string List(IEnumerable<string> names) =>
        $"[{string.Join(", ", names.Distinct().Select(name => $"'{name}'"))}]";
}
