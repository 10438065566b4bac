namespace Embeddings.Storage.InMemory;

/// <summary>
/// The order of texts by their UTF-8 bytes, which every database has; that of .NET's UTF-16 differs beyond U+FFFF.
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

    // Surrogates stand for code points above all that a single unit can be.
    private static int Weight(char unit) => char.IsSurrogate(unit) ? unit + 0x10000 : unit;
}
