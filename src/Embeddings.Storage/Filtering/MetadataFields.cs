namespace Embeddings.Storage.Filtering;

/// <summary>The fields of a document that filters see. Immutable.</summary>
public sealed class MetadataFields
{
    // No two have the same whole name.
    private readonly FieldName[] _names;

    // Nothing for a field that is an object.
    private readonly MetadataValue[] _values;

    internal MetadataFields(FieldName[] names, MetadataValue[] values) => (_names, _values) = (names, values);

    /// <summary>No fields.</summary>
    public static MetadataFields None { get; } = new([], []);

    /// <summary>The value of a field. An object has none: its own fields have.</summary>
    public bool TryGet(string name, out MetadataValue value) => TryGet(new FieldPath(name), out value);

    /// <summary>The same for a field that many documents are asked for.</summary>
    internal bool TryGet(FieldPath field, out MetadataValue value)
    {
        var index = field.IndexIn(_names);
        value = index < 0 ? default : _values[index];
        return !value.IsNothing;
    }

    /// <summary>Whether a field is there, be it an object or a list.</summary>
    internal bool Has(FieldPath field) => field.IndexIn(_names) >= 0;

    /// <summary>The same fields, under the names that a collection's documents share.</summary>
    internal MetadataFields Shared(FieldNames names) =>
        _names.Length == 0 ? None : new(Array.ConvertAll(_names, names.Share), _values);
}
