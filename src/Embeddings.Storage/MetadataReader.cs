using System.Text.Json;

namespace Embeddings.Storage;

/// <summary>Reads the fields of one document's metadata. Memory is linear in the JSON, however its objects are nested.</summary>
/// <param name="isNew">Whether what cannot be filtered by is refused. Rows that earlier versions wrote are taken.</param>
internal sealed class MetadataReader(bool isNew)
{
    private readonly Dictionary<(FieldName? Parent, string Segment), Field> _fields = [];
    private int _objects;

    public MetadataFields Read(JsonElement root)
    {
        ReadObject(null, root);
        var fields = _fields.Values.Where(field => field.IsThere).ToList();
        return fields.Count == 0 ? MetadataFields.None : new MetadataFields([.. fields.Select(field => field.Name)], [.. fields.Select(field => field.Value)]);
    }

    private void ReadObject(FieldName? parent, JsonElement element)
    {
        var number = ++_objects;
        foreach (var property in element.EnumerateObject())
        {
            var field = FieldOf(parent, property.Name);
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

    private Field FieldOf(FieldName? parent, string segment)
    {
        if (!_fields.TryGetValue((parent, segment), out var field))
        {
            var length = FieldName.LengthOf(parent, segment);
            if (isNew && length > FieldName.Longest)
            {
                throw new MetadataException(
                    FieldName.Cut(new FieldName(parent, FieldName.Cut(segment)).ToString()),
                    $"the name of a field, with those of the objects that it is in, has up to {FieldName.Longest} characters, and this one has {length}.");
            }

            if (isNew && parent is null && segment.StartsWith('$'))
            {
                throw new MetadataException(segment, "a field whose name begins with $ cannot be filtered by, since operators do. Give it another name.");
            }

            _fields[(parent, segment)] = field = new Field(new FieldName(parent, segment));
        }

        return field;
    }

    private MetadataValue Scalar(JsonElement element, FieldName name, int? index) => element.ValueKind switch
    {
        JsonValueKind.String => MetadataValue.Of(element.GetString()!),
        JsonValueKind.Number => JsonNumber.TryRead(element) is { } number ? number
            : isNew ? throw new MetadataException(index is null ? name.ToString() : $"{name}[{index}]", JsonNumber.ProblemOf(element))
            : MetadataValue.Of(element.GetDouble()),
        _ => MetadataValue.Of(element.GetBoolean()),
    };

    private sealed class Field(FieldName name)
    {
        private List<MetadataValue>? _several;

        public FieldName Name => name;

        public bool IsThere { get; set; }

        /// <summary>The object that had it last, by its number.</summary>
        public int LastObject { get; set; }

        /// <summary>Its value; of objects in a list the values of all of them.</summary>
        public MetadataValue Value => _several is null ? _first : MetadataValue.OfSome(_several);

        private MetadataValue _first;

        public void Add(MetadataValue value)
        {
            IsThere = true;
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
