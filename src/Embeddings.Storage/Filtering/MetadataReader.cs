using System.Text.Json;

namespace Embeddings.Storage.Filtering;

/// <summary>
/// Reads the fields of one document's metadata. Memory is linear in the JSON, however its objects are nested.
/// </summary>
/// <param name="isNew">
/// Whether what cannot be filtered by is refused. Rows that earlier versions wrote are taken.
/// </param>
internal sealed class MetadataReader(bool isNew)
{
    private const int RecentBytes = 1 << 14;

    // A filter may have a thousand conditions, and each may have to look at all of them.
    private const int MostValues = 10_000;

    // Names of what this thread has read lately, few and begun anew when they are many. Without them each of a batch of
    // documents has nodes of its own until it is stored, and collecting these took half as long again as storing.
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

    // {"a.b": 1, "a": {"b": 2}}: two fields that a filter cannot tell apart.
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

    // Whether it is a list of plain values, which a filter can give in full.
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

        /// <summary>The object that had it last, by its number.</summary>
        public int LastObject { get; set; }

        /// <summary>Its value; of objects in a list the values of all of them.</summary>
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
