using System.Collections.Concurrent;

namespace Embeddings.Storage.Filtering;

/// <summary>
/// The name of a metadata field, such as <c>author.name</c>, as a chain of segments. The whole name is not kept as a
/// string: each field of an object would repeat the object's name. Immutable.
/// </summary>
/// <param name="parent">The field whose object contains this field; null at the top.</param>
/// <param name="segment">The field's own name in that object. It may contain dots.</param>
public sealed class FieldName(FieldName? parent, string segment)
{
    /// <summary>UTF-16 code units that a whole name may have, dots included.</summary>
    public const int Longest = 512;

    private const int LongestShown = 40;

    /// <summary>The field whose object has this one; null at the top.</summary>
    public FieldName? Parent => parent;

    /// <summary>The field's own name in that object.</summary>
    public string Segment => segment;

    /// <summary>UTF-16 code units of the whole name, dots included.</summary>
    public long Length { get; } = LengthOf(parent, segment);

    /// <summary>The length that a name would have.</summary>
    public static long LengthOf(FieldName? parent, string segment) =>
        parent is null ? segment.Length : parent.Length + 1 + segment.Length;

    /// <summary>A client's text, cut to a length that fits into a message.</summary>
    public static string Cut(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";

    /// <summary>Whether the whole name is <paramref name="name"/>.</summary>
    public bool Is(ReadOnlySpan<char> name)
    {
        if (Length != name.Length)
        {
            return false;
        }

        // Compared from the end, since the names of one object begin alike.
        var node = this;
        while (name.EndsWith(node.Segment, StringComparison.Ordinal))
        {
            name = name[..^node.Segment.Length];
            if (node.Parent is null)
            {
                return true;
            }

            if (name[^1] != '.')
            {
                return false;
            }

            name = name[..^1];
            node = node.Parent;
        }

        return false;
    }

    /// <summary>Compares whole names, however they are cut into segments, without making strings of them.</summary>
    internal static IEqualityComparer<FieldName> ByWholeName { get; } = EqualityComparer<FieldName>.Create(
        (x, y) =>
            ReferenceEquals(x, y) || (x is not null && y is not null && x.Length == y.Length && x.Is(y.ToString())),
        name =>
        {
            var hash = default(HashCode);
            name.AddTo(ref hash);
            return hash.ToHashCode();
        });

    /// <summary>The whole name.</summary>
    public override string ToString() => parent is null ? segment : $"{parent}.{segment}";

    private void AddTo(ref HashCode hash)
    {
        if (parent is not null)
        {
            parent.AddTo(ref hash);
            hash.Add('.');
        }

        foreach (var unit in segment)
        {
            hash.Add(unit);
        }
    }
}

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
