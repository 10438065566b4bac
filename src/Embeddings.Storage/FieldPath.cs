namespace Embeddings.Storage;

/// <summary>The field that a filter asks for. It remembers the node that it met last, so that in a collection, whose documents share their nodes, most rows are told by one reference.</summary>
internal sealed class FieldPath(string name)
{
    // Threads may overwrite each other's: either node has the name.
    private FieldName? _last;

    public bool Is(FieldName field)
    {
        if (ReferenceEquals(field, _last))
        {
            return true;
        }

        if (!field.Is(name))
        {
            return false;
        }

        _last = field;
        return true;
    }
}
