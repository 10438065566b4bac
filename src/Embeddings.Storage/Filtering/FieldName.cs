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
