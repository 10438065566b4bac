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
