namespace Embeddings.Storage.Filtering;

/// <summary>The fields of a document's metadata, as filters see them. Immutable.</summary>
public sealed class MetadataFields
{
    // Whole names are unique.
    private readonly FieldName[] _names;

    // By index of the name. A field that is an object has the default value.
    private readonly MetadataValue[] _values;

    internal MetadataFields(FieldName[] names, MetadataValue[] values) => (_names, _values) = (names, values);

    /// <summary>No fields.</summary>
    public static MetadataFields None { get; } = new([], []);

    /// <summary>The value of a field. A field that is an object has no value; the fields inside it do.</summary>
    public bool TryGet(string name, out MetadataValue value) => TryGet(new FieldPath(name), out value);

    /// <summary>The same, faster for many documents that are asked for one field.</summary>
    internal bool TryGet(FieldPath field, out MetadataValue value)
    {
        var index = field.IndexIn(_names);
        value = index < 0 ? default : _values[index];
        return !value.IsNothing;
    }

    /// <summary>Whether there is such a field, be it an object or a list.</summary>
    internal bool Has(FieldPath field) => field.IndexIn(_names) >= 0;

    /// <summary>The same fields, with the name nodes that a collection's documents share.</summary>
    internal MetadataFields Shared(FieldNames names) =>
        _names.Length == 0 ? None : new(Array.ConvertAll(_names, names.Share), _values);
}

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
