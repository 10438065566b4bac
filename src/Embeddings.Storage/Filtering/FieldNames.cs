using System.Collections.Concurrent;

namespace Embeddings.Storage.Filtering;

/// <summary>
/// The field names that the documents of a collection share. It holds up to a number of bytes; a document keeps further
/// names itself. It lives as long as the collection. Safe for any number of threads.
/// </summary>
internal sealed class FieldNames(long mostBytes = FieldNames.MostBytes)
{
    private const long MostBytes = 1 << 20;

    // The node, the header of its string, and its entry in the dictionary.
    private const int BytesBesideLetters = 150;

    private readonly ConcurrentDictionary<(FieldName? Parent, string Segment), FieldName> _names = [];
    private long _bytes;

    /// <summary>Bytes of the names that are shared.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The shared node of a name, or the given one if there is no room to share it.</summary>
    public FieldName Share(FieldName name)
    {
        var parent = name.Parent is null ? null : Share(name.Parent);
        return Find(parent, name.Segment) ?? Add(parent == name.Parent ? name : new FieldName(parent, name.Segment));
    }

    /// <summary>The shared node of a name, or one of its own if there is no room to share it.</summary>
    /// <param name="parent">The parent's node, as this method returned it.</param>
    /// <param name="segment">The name's last segment.</param>
    public FieldName Share(FieldName? parent, string segment) =>
        Find(parent, segment) ?? Add(new FieldName(parent, segment));

    private FieldName? Find(FieldName? parent, string segment) => _names.GetValueOrDefault((parent, segment));

    private FieldName Add(FieldName name)
    {
        var bytes = BytesBesideLetters + (sizeof(char) * (long)name.Segment.Length);
        var isRoom = Interlocked.Add(ref _bytes, bytes) <= mostBytes;
        var shared = isRoom ? _names.GetOrAdd((name.Parent, name.Segment), name) : name;
        if (!isRoom || shared != name)
        {
            Interlocked.Add(ref _bytes, -bytes);
        }

        return shared;
    }
}
