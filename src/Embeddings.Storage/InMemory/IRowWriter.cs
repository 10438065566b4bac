namespace Embeddings.Storage.InMemory;

/// <summary>
/// Keeps the rows of a collection's documents somewhere that outlives the memory, if the store has such a place.
/// </summary>
internal interface IRowWriter
{
    /// <summary>Writes a document into a slot, over what is there.</summary>
    /// <returns>The row's checksum.</returns>
    ulong Put(int slot, Document document, long revision);

    /// <summary>Empties a slot.</summary>
    void Delete(int slot);
}
