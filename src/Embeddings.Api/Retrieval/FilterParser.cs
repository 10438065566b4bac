using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Retrieval;

/// <summary>
/// The filter grammar that Pinecone, Chroma and LangChain share: <c>{"year": {"$gte": 2020}, "$or": [{"lang": "en"},
/// {"tags": {"$in": ["a", "b"]}}]}</c>. Everything else is refused with its path.
/// </summary>
internal sealed class FilterParser
{
    // Every document that a search looks at may be compared with all parts.
    private const int MostParts = 1000;

    private const string Operators = "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $not";

    private int _parts;

    /// <summary>Parses a filter.</summary>
    /// <param name="element">A JSON object.</param>
    /// <exception cref="InvalidRequestException">It is not in the grammar.</exception>
    public static Filter Parse(JsonElement element)
    {
        var path = new FilterPath(null, "filter");
        try
        {
            return new FilterParser().Object(element, path);
        }
        catch (InvalidOperationException)
        {
            throw Invalid(path, "a string in it has half of a surrogate pair, which is no character.");
        }
    }

    private Filter Object(JsonElement element, FilterPath path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, "an object", element);
        }

        var filters = new List<Filter>();
        foreach (var property in element.EnumerateObject())
        {
            var name = property.Name;
            if (name.Length > FieldName.Longest)
            {
                throw Invalid(
                    path.Field(FieldName.Cut(name)),
                    $"the name of a field has up to {FieldName.Longest} characters, and this one has {name.Length}.");
            }

            var inner = path.Field(name);
            filters.Add(name switch
            {
                "$and" => Counted(new Filter.All(List(property.Value, inner))),
                "$or" => Counted(new Filter.Any(List(property.Value, inner))),
                "$not" => Counted(new Filter.Not(Object(property.Value, inner))),
                ['$', ..] => throw Invalid(inner, "there is no such operator here; there are $and, $or and $not."),
                _ => Field(name, property.Value, inner),
            });
        }

        return All(filters);
    }

    private List<Filter> List(JsonElement element, FilterPath path)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() == 0)
        {
            throw Wrong(path, "an array of filters, at least one", element);
        }

        return [.. element.EnumerateArray().Select((item, i) => Object(item, path.Item(i)))];
    }

    private Filter Field(string field, JsonElement element, FilterPath path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Equal(field, element, path);
        }

        var conditions = element.EnumerateObject().Select(property => Condition(
            field, property.Name, property.Value, path.Field(property.Name))).ToList();
        return conditions.Count > 0
            ? All(conditions)
            : throw Invalid(path, $"an operator is missing; there are {Operators}.");
    }

    private Filter Condition(string field, string name, JsonElement value, FilterPath path) => name switch
    {
        "$eq" => Equal(field, value, path),
        "$ne" => Counted(new Filter.Not(Equal(field, value, path))),
        "$gt" => Order(field, Comparison.Greater, value, path),
        "$gte" => Order(field, Comparison.GreaterOrEqual, value, path),
        "$lt" => Order(field, Comparison.Less, value, path),
        "$lte" => Order(field, Comparison.LessOrEqual, value, path),
        "$in" => In(field, value, path),
        "$nin" => Counted(new Filter.Not(In(field, value, path))),
        "$exists" => Exists(field, value, path),
        "$not" =>
            Counted(
                new Filter.Not(
                    value.ValueKind == JsonValueKind.Object
                        ? Field(field, value, path)
                        : throw Wrong(path, "an object of operators", value))),
        ['$', ..] => throw Invalid(path, $"there is no such operator; there are {Operators}."),
        _ => throw Invalid(path, $"a field inside a field is named with a dot: '{field}.{name}'."),
    };

    private Filter.Compare Equal(string field, JsonElement value, FilterPath path) =>
        Counted(new Filter.Compare(field, Comparison.Equal, ValueOrList(value, path)));

    private Filter.Compare Order(string field, Comparison comparison, JsonElement value, FilterPath path) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String
            ? Counted(new Filter.Compare(field, comparison, Value(value, path, null)))
            : throw Wrong(path, "a number or a string", value);

    private Filter.In In(string field, JsonElement value, FilterPath path) => value.ValueKind == JsonValueKind.Array
        ? Counted(new Filter.In(field, Items(value, path).ToHashSet()))
        : throw Wrong(path, "an array", value);

    private Filter Exists(string field, JsonElement value, FilterPath path) => value.ValueKind switch
    {
        JsonValueKind.True => Counted(new Filter.Exists(field)),
        JsonValueKind.False => Counted(new Filter.Not(Counted(new Filter.Exists(field)))),
        _ => throw Wrong(path, "true or false", value),
    };

    private T Counted<T>(T part)
        where T : Filter => ++_parts <= MostParts
            ? part
            : throw Invalid(
                new FilterPath(null, "filter"),
                $"it has more than {MostParts} conditions, $and, $or and $not together; $in takes any number of " +
                "values.");

    // A single condition needs no All around it. An empty object lets everything through, and counts as a part.
    private Filter All(List<Filter> filters) => filters.Count == 1 ? filters[0] : Counted(new Filter.All(filters));

    private static MetadataValue ValueOrList(JsonElement element, FilterPath path) => element.ValueKind switch
    {
        JsonValueKind.Array => MetadataValue.Of(Items(element, path)),
        JsonValueKind.Object => throw Wrong(path, "a string, a number, a boolean or an array of these", element),
        _ => Value(element, path, null),
    };

    private static IEnumerable<MetadataValue> Items(JsonElement element, FilterPath path) =>
        element.EnumerateArray().Select((item, i) => Value(item, path, i));

    // Takes an index and not a path, since a list may have a million items.
    private static MetadataValue Value(JsonElement element, FilterPath path, int? index) => element.ValueKind switch
    {
        JsonValueKind.String => MetadataValue.Of(element.GetString()!),
        JsonValueKind.True or JsonValueKind.False => MetadataValue.Of(element.GetBoolean()),
        JsonValueKind.Number =>
            JsonNumber.TryRead(element) ?? throw Invalid(At(path, index), JsonNumber.ProblemOf(element)),
        JsonValueKind.Null =>
            throw Invalid(
                At(path, index), "null is no value; for documents without the field send {\"$exists\": false}."),
        _ => throw Wrong(At(path, index), "a string, a number or a boolean", element),
    };

    private static FilterPath At(FilterPath path, int? index) => index is { } i ? path.Item(i) : path;

    private static InvalidRequestException Wrong(FilterPath path, string expected, JsonElement element) =>
        Invalid(path, $"expected {expected}, but got {Name(element)} instead.");

    private static InvalidRequestException Invalid(FilterPath path, string problem) =>
        new($"Invalid '{path}': {problem}", "filter");

    private static string Name(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => element.GetArrayLength() == 0 ? "an empty array" : "an array",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };
}
