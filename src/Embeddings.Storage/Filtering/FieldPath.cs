namespace Embeddings.Storage.Filtering;

/// <summary>
/// The field that a filter asks for. It remembers where it found the field last: documents of a collection share the
/// nodes of their names, and those of one kind have them at the same place, so most rows are told by one reference.
/// </summary>
internal sealed class FieldPath(string name)
{
    // Threads may overwrite each other's: both are looked at again before they count.
    private FieldName? _last;
    private int _lastIndex;

    /// <summary>The index of the field among the names of a document, or −1.</summary>
    public int IndexIn(ReadOnlySpan<FieldName> names)
    {
        var index = _lastIndex;
        if ((uint)index < (uint)names.Length && ReferenceEquals(names[index], _last))
        {
            return index;
        }

        for (var i = 0; i < names.Length; i++)
        {
            if (names[i].Is(name))
            {
                (_last, _lastIndex) = (names[i], i);
                return i;
            }
        }

        return -1;
    }
}
