namespace Embeddings.Storage.InMemory;

/// <summary>
/// Orders slots by the ids of their documents. Ids may be equal in <see cref="TransientDocuments"/>; then the smaller
/// slot is first.
/// </summary>
internal sealed class IdOrder(EntryTable entries) : IComparer<long>
{
    public int Compare(long x, long y) =>
        Utf8Order.Compare(entries[x]!.Id, entries[y]!.Id) is not 0 and var order ? order : x.CompareTo(y);
}
