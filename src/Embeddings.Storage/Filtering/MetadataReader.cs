using System.Text.Json;

namespace Embeddings.Storage.Filtering;

/// <summary>
/// Reads the fields of one document's metadata. Its memory is linear in the length of the JSON, however deep the
/// objects are nested.
/// </summary>
/// <param name="isNew">
/// Whether to refuse what filters cannot compare. It is false for stored metadata, since earlier versions refused less.
/// </param>
internal sealed class MetadataReader(bool isNew)
{
    private const int RecentBytes = 1 << 14;

    // A filter may have a thousand conditions, and each may have to compare all of these values.
    private const int MostValues = 10_000;

    // The names that this thread has read lately; begun anew when they take more than half of the bytes. Without them
    // each document of a batch has name nodes of its own until it is stored. To collect those nodes took half as long
    // as to store the documents.
    [ThreadStatic]
    private static FieldNames? _recent;

    private readonly FieldNames _names = _recent is { Bytes: < RecentBytes / 2 }
        ? _recent
        : _recent = new FieldNames(RecentBytes);
    private readonly Dictionary<(FieldName? Parent, string Segment), Field> _fields = [];
    private int _objects;
    private int _values;
    private bool _hasDots;

    public MetadataFields Read(JsonElement root)
    {
        ReadObject(null, root);
        var fields = new List<Field>(_fields.Count);
        foreach (var field in _fields.Values)
        {
            if (field.IsThere)
            {
                fields.Add(field);
            }
        }

        if (fields.Count == 0)
        {
            return MetadataFields.None;
        }

        fields = _hasDots ? Merged(fields) : fields;
        var (names, values) = (new FieldName[fields.Count], new MetadataValue[fields.Count]);
        for (var i = 0; i < names.Length; i++)
        {
            (names[i], values[i]) = (fields[i].Name, fields[i].Value);
        }

        return new MetadataFields(names, values);
    }

    // {"a.b": 1, "a": {"b": 2}} has two fields that a filter cannot tell apart: they become one with both values.
    private static List<Field> Merged(List<Field> fields)
    {
        var byName = new Dictionary<FieldName, Field>(FieldName.ByWholeName);
        foreach (var field in fields)
        {
            if (!byName.TryAdd(field.Name, field))
            {
                byName[field.Name].Add(field.Value);
            }
        }

        return [.. byName.Values];
    }

    private void ReadObject(FieldName? parent, JsonElement element)
    {
        var number = ++_objects;
        foreach (var property in element.EnumerateObject())
        {
            var field = FieldOf(parent, property.Name);
            Count(field.Name);
            if (field.LastObject == number && isNew)
            {
                throw new MetadataException(field.Name.ToString(), "this field is there twice.");
            }

            field.LastObject = number;
            switch (property.Value.ValueKind)
            {
                case JsonValueKind.Null:
                    break;
                case JsonValueKind.Object:
                    field.IsThere = true;
                    ReadObject(field.Name, property.Value);
                    break;
                case JsonValueKind.Array:
                    ReadList(field, property.Value);
                    break;
                default:
                    field.Add(Scalar(property.Value, field.Name, null));
                    break;
            }
        }
    }

    private void ReadList(Field field, JsonElement list)
    {
        var items = new List<MetadataValue>();
        field.Add(ReadItems(field.Name, list, items) ? MetadataValue.Of(items) : MetadataValue.OfSome(items));
    }

    // Returns whether all items are plain values. Only such a list can equal a list in a filter.
    private bool ReadItems(FieldName name, JsonElement list, List<MetadataValue> items)
    {
        var (isPlain, i) = (true, 0);
        foreach (var item in list.EnumerateArray())
        {
            Count(name);
            switch (item.ValueKind)
            {
                case JsonValueKind.Null:
                    isPlain = false;
                    break;
                case JsonValueKind.Object:
                    isPlain = false;
                    ReadObject(name, item);
                    break;
                case JsonValueKind.Array:
                    isPlain = false;
                    ReadItems(name, item, items);
                    break;
                default:
                    items.Add(Scalar(item, name, i));
                    break;
            }

            i++;
        }

        return isPlain;
    }

    private void Count(FieldName name)
    {
        if (++_values > MostValues && isNew)
        {
            throw new MetadataException(
                name.ToString(),
                $"metadata has up to {MostValues} fields and items of lists, all together, and here are more.");
        }
    }

    private Field FieldOf(FieldName? parent, string segment)
    {
        if (!_fields.TryGetValue((parent, segment), out var field))
        {
            var length = FieldName.LengthOf(parent, segment);
            if (isNew && length > FieldName.Longest)
            {
                throw new MetadataException(
                    FieldName.Cut(new FieldName(parent, FieldName.Cut(segment)).ToString()),
                    $"the name of a field, with those of the objects that it is in, has up to {FieldName.Longest} " +
                    $"characters, and this one has {length}.");
            }

            if (isNew && parent is null && segment.StartsWith('$'))
            {
                throw new MetadataException(
                    segment,
                    "a field whose name begins with $ cannot be filtered by, since operators do. Give it another name.");
            }

            _hasDots |= segment.Contains('.', StringComparison.Ordinal);
            _fields[(parent, segment)] = field = new Field(_names.Share(parent, segment));
        }

        return field;
    }

    private MetadataValue Scalar(JsonElement element, FieldName name, int? index) => element.ValueKind switch
    {
        JsonValueKind.String => MetadataValue.Of(element.GetString()!),
        JsonValueKind.Number => JsonNumber.TryRead(element) is { } number ? number
            : isNew ? throw new MetadataException(
                index is null ? name.ToString() : $"{name}[{index}]", JsonNumber.ProblemOf(element))
            : MetadataValue.Of(element.GetDouble()),
        _ => MetadataValue.Of(element.GetBoolean()),
    };

    private sealed class Field(FieldName name)
    {
        private MetadataValue _first;
        private List<MetadataValue>? _several;

        public FieldName Name => name;

        public bool IsThere { get; set; }

        /// <summary>Number of the object that had this field last, to find a field that an object has twice.</summary>
        public int LastObject { get; set; }

        /// <summary>Its value; in a list of objects, the values of all of them.</summary>
        public MetadataValue Value => _several is null ? _first : MetadataValue.OfSome(_several);

        public void Add(MetadataValue value)
        {
            IsThere = true;
            if (value.IsNothing)
            {
                return;
            }

            if (_first.IsNothing)
            {
                _first = value;
                return;
            }

            _several ??= [.. _first.Items ?? [_first]];
            if (value.Items is { } items)
            {
                _several.AddRange(items);
            }
            else
            {
                _several.Add(value);
            }
        }
    }
}
