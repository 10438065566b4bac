using Embeddings.Api.Errors;

namespace Embeddings.Api.Wire;

/// <summary>Lists of documents that requests bring: to be kept, or to be searched and forgotten.</summary>
internal static class DocumentInputs
{
    /// <summary>The list of a request, if there is one and it is not too long.</summary>
    /// <param name="items">The list.</param>
    /// <param name="field">The field that has it.</param>
    /// <param name="most">How many items it may have.</param>
    /// <exception cref="InvalidRequestException">It is missing or too long.</exception>
    public static IReadOnlyList<T> Checked<T>(IReadOnlyList<T>? items, string field, int most) => items switch
    {
        null => throw new InvalidRequestException($"'$.{field}' is invalid: it is required and cannot be null.", field),
        { Count: var count } when count > most => throw new InvalidRequestException(
            $"Invalid '{field}': array too long. Expected an array with maximum length {most}, but got an array " +
            $"with length {count} instead. Import takes any number.",
            field),
        _ => items,
    };

    /// <summary>The vectors of documents, and the texts of those that have none.</summary>
    /// <param name="documents">The documents.</param>
    /// <param name="location">Where the request has the document of an index: <c>documents[3]</c>.</param>
    /// <exception cref="InvalidRequestException">A document has neither.</exception>
    public static List<TextOrVector> Items(IReadOnlyList<DocumentInput> documents, Func<int, string> location) =>
    [
        .. documents.Select((document, i) => document switch
        {
            { Vector: { } vector } => new TextOrVector { Vector = vector },
            { Text: { } text } => new TextOrVector { Text = text },
            _ =>
                throw new InvalidRequestException(
                    $"Invalid '{location(i)}': a document needs a 'text' or a 'vector'.", "documents") { Item = i },
        }),
    ];

    /// <summary>Where the request has the texts and vectors of <see cref="Items"/>: <c>documents[3].text</c>.</summary>
    public static Func<int, string> Locations(IReadOnlyList<DocumentInput> documents, Func<int, string> location) =>
        i => location(i) + (documents[i].Vector is null ? ".text" : ".vector");
}
