namespace Embeddings.Storage.InMemory;

/// <summary>
/// Writes the rows of a collection's documents to disk. The memory of a collection knows only this of the store.
/// </summary>
internal interface IRowWriter
{
    /// <summary>Writes a document into a slot, over what is there.</summary>
    /// <returns>The row's checksum.</returns>
    ulong Put(int slot, Document document, long revision);

    /// <summary>Empties a slot.</summary>
    void Delete(int slot);
}
