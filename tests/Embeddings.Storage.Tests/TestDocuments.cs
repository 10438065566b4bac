using System.Globalization;
using System.Text;
using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.Tests;

/// <summary>Documents to store, and how they are compared and sorted without the code under test.</summary>
public static class TestDocuments
{
    /// <summary>Ids whose order differs between UTF-8 bytes, UTF-16 units and culture.</summary>
    public static readonly string[] OddIds =
        ["", " ", "A", "Z", "a", "a\0", "a\0b", "aa", "z", "é", "e\u0301", "ß", "\ud7ff", "\ue000", "\ufb01", "\ufffd", "\uffff", "\U00010000", "😀", "😀a", "😁", "\U0010ffff"];

    /// <summary>Whole numbers from −2 to 2: their scores are the same however a sum is cut into parts.</summary>
    public static float[] Vector(Random random, int dimensions) =>
        [.. Enumerable.Range(0, dimensions).Select(_ => (float)random.Next(-2, 3))];

    public static Document Make(string id, string? text, string? metadata, params float[] vector) =>
        new(id, vector, text, metadata is null ? null : Metadata.Parse(metadata));

    /// <summary>All of a document but its number, as a text.</summary>
    public static string Show(Document document) => string.Create(
        CultureInfo.InvariantCulture, $"{document.Id} | {document.Text ?? "<null>"} | {document.Metadata?.Json ?? "<null>"} | {string.Join(' ', document.Vector.ToArray())}");

    public static IEnumerable<string> Show(IEnumerable<Document> documents) =>
        documents.Select(Show).Order(StringComparer.Ordinal);

    /// <summary>The order that search promises for equal scores.</summary>
    public static int CompareUtf8(string x, string y) =>
        Encoding.UTF8.GetBytes(x).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(y));

    /// <summary>The documents of a collection, all of each, by pages.</summary>
    public static async Task<List<Document>> ReadAsync(
        IDocumentCollection collection, CancellationToken cancellationToken)
    {
        var (all, cursor) = (new List<Document>(), (string?)null);
        do
        {
            var page = await collection.ListAsync(null, cursor, 100, DocumentParts.All, cancellationToken);
            all.AddRange(page.Documents);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }
}
