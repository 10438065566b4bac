using System.Collections.Concurrent;

namespace Embeddings.Storage;

/// <summary>
/// Field names that the documents of a collection share, up to so many bytes; further names stay each document's own. It lives as long as the
/// collection. Safe for any number of threads.
/// </summary>
internal sealed class FieldNames(long mostBytes = FieldNames.MostBytes)
{
    private const long MostBytes = 1 << 20;

    // A node, its string's header, and its place in the dictionary.
    private const int BytesBesideLetters = 150;

    private readonly ConcurrentDictionary<(FieldName? Parent, string Segment), FieldName> _names = [];
    private long _bytes;

    /// <summary>Bytes of the names that are shared.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>The shared node of a name, or the given one if there is no room to share it.</summary>
    public FieldName Share(FieldName name)
    {
        var parent = name.Parent is null ? null : Share(name.Parent);
        if (_names.TryGetValue((parent, name.Segment), out var shared))
        {
            return shared;
        }

        var bytes = BytesBesideLetters + (sizeof(char) * (long)name.Segment.Length);
        if (Interlocked.Add(ref _bytes, bytes) > mostBytes)
        {
            Interlocked.Add(ref _bytes, -bytes);
            return parent == name.Parent ? name : new FieldName(parent, name.Segment);
        }

        var added = parent == name.Parent ? name : new FieldName(parent, name.Segment);
        shared = _names.GetOrAdd((parent, name.Segment), added);
        if (shared != added)
        {
            Interlocked.Add(ref _bytes, -bytes);
        }

        return shared;
    }
}
