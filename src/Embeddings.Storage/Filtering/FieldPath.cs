namespace Embeddings.Storage.Filtering;

/// <summary>
/// The field that a filter compares. It remembers the index at which it found the field last. Documents of a collection
/// share the nodes of their names, and documents of one kind have them at the same index, so for most documents one
/// comparison of references is enough.
/// </summary>
internal sealed class FieldPath(string name)
{
    // Threads may overwrite each other's values. Both are checked again before they are used.
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
