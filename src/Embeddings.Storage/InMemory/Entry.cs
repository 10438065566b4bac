using System.Text;
using Embeddings.Storage.Filtering;

namespace Embeddings.Storage.InMemory;

/// <summary>What the memory holds of a document beside its vector. Immutable.</summary>
/// <param name="Id">The caller's id.</param>
/// <param name="Fields">The fields that filters see.</param>
/// <param name="Revision">
/// Number of the commit that wrote the document. It tells whether a row on disk is still this one.
/// </param>
/// <param name="Checksum">Checksum of the row on disk.</param>
internal sealed record Entry(string Id, MetadataFields Fields, long Revision, ulong Checksum)
{
    /// <summary>
    /// Bytes of a row beside its values, about: slot, revision, checksum, and lengths.
    /// </summary>
    public const int RowOverhead = 32;

    /// <summary>Bytes of the row on disk, about.</summary>
    public int RowBytes { get; init; }

    /// <summary>Bytes of the metadata's JSON in UTF-8. The fields take about as much memory.</summary>
    public int MetadataBytes { get; init; }

    /// <summary>The entry of a document that was written.</summary>
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
