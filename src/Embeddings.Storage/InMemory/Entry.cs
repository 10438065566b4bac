using System.Text;
using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.InMemory;

/// <summary>What is kept in memory of a document, beside its vector. Immutable.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Fields">What filters see.</param>
/// <param name="Revision">Number of the commit that wrote it: tells whether a row on disk is this one still.</param>
/// <param name="Checksum">Of its row on disk.</param>
internal sealed record Entry(string Id, MetadataFields Fields, long Revision, ulong Checksum)
{
    /// <summary>
    /// Bytes of a row beside its values, about: slot, revision, checksum, and where each value begins.
    /// </summary>
    public const int RowOverhead = 32;

    /// <summary>Bytes of its row on disk, about.</summary>
    public int RowBytes { get; init; }

    /// <summary>Bytes of its metadata as it was given: what filters see of it is as large in memory, about.</summary>
    public int MetadataBytes { get; init; }

    /// <summary>That of a document that was written.</summary>
    public static Entry Of(Document document, FieldNames names, long revision, ulong checksum)
    {
        var metadata = Encoding.UTF8.GetByteCount(document.Metadata?.Json ?? "");
        return new Entry(
            document.Id, (document.Metadata?.Fields ?? MetadataFields.None).Shared(names), revision, checksum)
        {
            RowBytes = RowOverhead + Encoding.UTF8.GetByteCount(document.Id)
                + Encoding.UTF8.GetByteCount(document.Text ?? "") + metadata + (document.Vector.Length * sizeof(float)),
            MetadataBytes = metadata,
        };
    }
}
