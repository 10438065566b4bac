using System.Globalization;

namespace Embeddings.Api.Retrieval;

/// <summary>
/// The path of a part of a filter. It becomes a string only for an error, so that a long name is not copied for each of
/// its values.
/// </summary>
/// <param name="parent">The step before; null for the field of the request.</param>
/// <param name="name">A field or an operator; empty for an item of a list.</param>
/// <param name="index">Which item of the list.</param>
internal sealed class FilterPath(FilterPath? parent, string name, int index = 0)
{
    public override string ToString() =>
        name.Length == 0 && parent is not null ? string.Create(CultureInfo.InvariantCulture, $"{parent}[{index}]")
        : parent is null ? name
        : $"{parent}.{name}";

    public FilterPath Field(string field) => new(this, field);

    public FilterPath Item(int at) => new(this, "", at);
}
