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

/// <summary>
/// Orders texts by their UTF-8 bytes, as every database can. The ordinal order of .NET's UTF-16 differs beyond U+FFFF.
/// </summary>
internal static class Utf8Order
{
    public static int Compare(string x, string y)
    {
        var common = x.AsSpan().CommonPrefixLength(y);
        return common == x.Length || common == y.Length
            ? x.Length.CompareTo(y.Length)
            : Weight(x[common]).CompareTo(Weight(y[common]));
    }

    // A surrogate belongs to a code point above every code point of a single unit.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
