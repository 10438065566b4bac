using System.Text.Json;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Errors;

/// <summary>
/// The message for an unknown field. Routes of this server's own refuse unknown fields: a misspelt filter that is
/// ignored would show documents that it was to hide.
/// </summary>
internal static class KnownFields
{
    // What other stores and their clients call the same field. Of several names the one counts that the object has.
    private static readonly Dictionary<string, string[]> OtherNames = new()
    {
        ["where"] = ["filter"],
        ["conditions"] = ["filter"],
        ["query_filter"] = ["filter"],
        ["limit"] = ["top_k"],
        ["k"] = ["top_k"],
        ["n"] = ["top_k"],
        ["n_results"] = ["top_k"],
        ["size"] = ["top_k", "limit", "dimensions"],
        ["skip"] = ["offset"],
        ["from"] = ["offset"],
        ["cursor"] = ["after"],
        ["distance"] = ["metric"],
        ["distance_metric"] = ["metric"],
        ["space"] = ["metric"],
        ["similarity"] = ["metric"],
        ["threshold"] = ["min_score"],
        ["score_threshold"] = ["min_score"],
        ["vectors"] = ["query", "documents", "vector"],
        ["query_texts"] = ["query"],
        ["query_embeddings"] = ["query"],
        ["query_vector"] = ["query"],
        ["text"] = ["query"],
        ["texts"] = ["documents", "sources"],
        ["vector"] = ["query"],
        ["input"] = ["query", "sources", "text"],
        ["points"] = ["documents"],
        ["embedding"] = ["vector"],
        ["embeddings"] = ["vector"],
        ["values"] = ["vector"],
        ["content"] = ["text"],
        ["page_content"] = ["text"],
        ["document"] = ["text", "documents"],
        ["payload"] = ["metadata"],
        ["properties"] = ["metadata"],
        ["_id"] = ["id"],
        ["uuid"] = ["id"],
        ["key"] = ["id"],
        ["namespace"] = ["collection"],
        ["index"] = ["collection"],
        ["collection_name"] = ["collection"],
        ["fields"] = ["include"],
        ["select"] = ["include"],
        ["with_payload"] = ["include"],
        ["dim"] = ["dimensions"],
    };

    /// <summary>The names that an object of a contract has.</summary>
    public static IReadOnlyList<string> Of(Type contract) =>
        [.. contract.GetProperties().Select(property => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name))];

    /// <summary>The sentence for a name that is none of the known ones.</summary>
    /// <param name="kind">What it is: <c>field</c>.</param>
    /// <param name="prefix">Where the object is, with a dot at its end, or nothing.</param>
    /// <param name="name">As it was sent.</param>
    /// <param name="known">What there is instead.</param>
    public static string Unknown(string kind, string prefix, string name, IReadOnlyList<string> known) =>
        $"Unknown {kind} '{prefix}{FieldName.Cut(name)}'. "
        + (Nearest(name, known) is { } nearest ? $"Did you mean '{nearest}'?"
            : known.Count > 0 ? $"There {(known.Count == 1 ? "is" : "are")} " +
                $"{string.Join(", ", known.Select(field => $"'{field}'"))}."
            : "There is none here.");

    private static string? Nearest(string name, IReadOnlyList<string> known) =>
        NearestName.Same(name, known)
        ?? (OtherNames.TryGetValue(JsonNamingPolicy.SnakeCaseLower.ConvertName(name), out var meant) ? meant.FirstOrDefault(known.Contains) : null)
        ?? NearestName.Of(name, known);
}
