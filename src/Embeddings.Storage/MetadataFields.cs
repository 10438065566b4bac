using System.Collections.Concurrent;

namespace Embeddings.Storage;

/// <summary>The fields of a document that filters see. Immutable.</summary>
public sealed class MetadataFields
{
    // Names repeat from document to document: one string each, up to so many.
    private const int MostPooledNames = 10_000;

    private static readonly ConcurrentDictionary<string, string> Names = [];

    private readonly string[] _names;
    private readonly MetadataValue[] _values;

    private MetadataFields(string[] names, MetadataValue[] values) => (_names, _values) = (names, values);

    /// <summary>No fields.</summary>
    public static MetadataFields None { get; } = new([], []);

    /// <summary>Fields by name; of a name that occurs twice the last counts.</summary>
    public static MetadataFields Of(IReadOnlyCollection<KeyValuePair<string, MetadataValue>> fields)
    {
        if (fields.Count == 0)
        {
            return None;
        }

        var last = new Dictionary<string, MetadataValue>(fields.Count);
        foreach (var (name, value) in fields)
        {
            last[name] = value;
        }

        return new MetadataFields([.. last.Keys.Select(Pooled)], [.. last.Values]);
    }

    /// <summary>The value of a field.</summary>
    public bool TryGet(string name, out MetadataValue value)
    {
        for (var i = 0; i < _names.Length; i++)
        {
            if (_names[i] == name)
            {
                value = _values[i];
                return true;
            }
        }

        value = default;
        return false;
    }

    private static string Pooled(string name) =>
        Names.TryGetValue(name, out var pooled) ? pooled : Names.Count < MostPooledNames ? Names.GetOrAdd(name, name) : name;
}
