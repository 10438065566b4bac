namespace Embeddings.Storage;

/// <summary>The fields of a document that filters see. Immutable.</summary>
public sealed class MetadataFields
{
    private readonly FieldName[] _names;

    // Without content for a field that is an object.
    private readonly MetadataValue[] _values;

    internal MetadataFields(FieldName[] names, MetadataValue[] values) => (_names, _values) = (names, values);

    /// <summary>No fields.</summary>
    public static MetadataFields None { get; } = new([], []);

    /// <summary>The value of a field. An object has none: its own fields have.</summary>
    public bool TryGet(string name, out MetadataValue value)
    {
        for (var i = _names.Length - 1; i >= 0; i--)
        {
            if (_names[i].Is(name) && !_values[i].IsNothing)
            {
                value = _values[i];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>The same for a field that many documents are asked for.</summary>
    internal bool TryGet(FieldPath field, out MetadataValue value)
    {
        for (var i = _names.Length - 1; i >= 0; i--)
        {
            if (field.Is(_names[i]) && !_values[i].IsNothing)
            {
                value = _values[i];
                return true;
            }
        }

        value = default;
        return false;
    }

    /// <summary>Whether a field is there, be it an object or a list.</summary>
    internal bool Has(FieldPath field)
    {
        foreach (var name in _names)
        {
            if (field.Is(name))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same fields, under the names that a collection's documents share.</summary>
    internal MetadataFields Shared(FieldNames names) => _names.Length == 0 ? None : new([.. _names.Select(names.Share)], _values);
}
