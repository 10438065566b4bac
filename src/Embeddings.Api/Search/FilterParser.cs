using System.Text.Json;
using Embeddings.Api.Errors;
using Embeddings.Storage;

namespace Embeddings.Api.Search;

/// <summary>
/// The filter grammar that Pinecone, Chroma and LangChain share: <c>{"year": {"$gte": 2020}, "$or": [{"lang": "en"}, {"tags": {"$in": ["a", "b"]}}]}</c>.
/// Whatever is not in it is refused with the path of where it is.
/// </summary>
internal sealed class FilterParser
{
    // Every document that a search looks at may have to be compared with all of them.
    private const int MostConditions = 1000;

    private const string Operators = "$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin, $exists, $not";

    private int _conditions;

    /// <summary>Parses a filter.</summary>
    /// <param name="element">A JSON object.</param>
    /// <param name="path">Where the request has it: <c>filter</c>.</param>
    /// <exception cref="InvalidRequestException">It is not in the grammar.</exception>
    public static Filter Parse(JsonElement element, string path = "filter")
    {
        try
        {
            return new FilterParser().Object(element, path);
        }
        catch (InvalidOperationException)
        {
            throw Invalid(path, "a string in it has half of a surrogate pair, which is no character.");
        }
    }

    private Filter Object(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Wrong(path, "an object", element);
        }

        return All(element.EnumerateObject().Select(property => property.Name switch
        {
            "$and" => new Filter.All(List(property.Value, $"{path}.$and")),
            "$or" => new Filter.Any(List(property.Value, $"{path}.$or")),
            "$not" => new Filter.Not(Object(property.Value, $"{path}.$not")),
            ['$', ..] => throw Invalid($"{path}.{property.Name}", "there is no such operator here; there are $and, $or and $not."),
            var field => Field(field, property.Value, $"{path}.{field}"),
        }));
    }

    private List<Filter> List(JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() == 0)
        {
            throw Wrong(path, "an array of filters, at least one", element);
        }

        return [.. element.EnumerateArray().Select((item, i) => Object(item, $"{path}[{i}]"))];
    }

    private Filter Field(string field, JsonElement element, string path)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return Equal(field, element, path);
        }

        var conditions = element.EnumerateObject().Select(property => Condition(field, property.Name, property.Value, $"{path}.{property.Name}")).ToList();
        return conditions.Count > 0 ? All(conditions) : throw Invalid(path, $"an operator is missing; there are {Operators}.");
    }

    private Filter Condition(string field, string name, JsonElement value, string path) => name switch
    {
        "$eq" => Equal(field, value, path),
        "$ne" => new Filter.Not(Equal(field, value, path)),
        "$gt" => Order(field, Comparison.Greater, value, path),
        "$gte" => Order(field, Comparison.GreaterOrEqual, value, path),
        "$lt" => Order(field, Comparison.Less, value, path),
        "$lte" => Order(field, Comparison.LessOrEqual, value, path),
        "$in" => In(field, value, path),
        "$nin" => new Filter.Not(In(field, value, path)),
        "$exists" => Exists(field, value, path),
        "$not" => new Filter.Not(value.ValueKind == JsonValueKind.Object ? Field(field, value, path) : throw Wrong(path, "an object of operators", value)),
        ['$', ..] => throw Invalid(path, $"there is no such operator; there are {Operators}."),
        _ => throw Invalid(path, $"a field inside a field is named with a dot: '{field}.{name}'."),
    };

    private Filter.Compare Equal(string field, JsonElement value, string path) => Counted(new Filter.Compare(field, Comparison.Equal, Value(value, path, lists: true)));

    private Filter.Compare Order(string field, Comparison comparison, JsonElement value, string path) =>
        value.ValueKind is JsonValueKind.Number or JsonValueKind.String
            ? Counted(new Filter.Compare(field, comparison, Value(value, path, lists: false)))
            : throw Wrong(path, "a number or a string", value);

    private Filter.In In(string field, JsonElement value, string path) => value.ValueKind == JsonValueKind.Array
        ? Counted(new Filter.In(field, value.EnumerateArray().Select((item, i) => Value(item, $"{path}[{i}]", lists: false)).ToHashSet()))
        : throw Wrong(path, "an array", value);

    private Filter Exists(string field, JsonElement value, string path) => value.ValueKind switch
    {
        JsonValueKind.True => Counted(new Filter.Exists(field)),
        JsonValueKind.False => new Filter.Not(Counted(new Filter.Exists(field))),
        _ => throw Wrong(path, "true or false", value),
    };

    private T Counted<T>(T condition)
        where T : Filter => ++_conditions <= MostConditions ? condition : throw Invalid("filter", $"it has more than {MostConditions} conditions; $in takes any number of values.");

    private static Filter All(IEnumerable<Filter> filters) => filters.ToList() is var list && list.Count == 1 ? list[0] : new Filter.All(list);

    private static MetadataValue Value(JsonElement element, string path, bool lists) => element.ValueKind switch
    {
        JsonValueKind.String => MetadataValue.Of(element.GetString()!),
        JsonValueKind.True or JsonValueKind.False => MetadataValue.Of(element.GetBoolean()),
        JsonValueKind.Number when element.TryGetDouble(out var number) && double.IsFinite(number) => MetadataValue.Of(number),
        JsonValueKind.Array when lists => MetadataValue.Of(element.EnumerateArray().Select((item, i) => Value(item, $"{path}[{i}]", lists: false))),
        JsonValueKind.Null => throw Invalid(path, "null is no value; for documents without the field send {\"$exists\": false}."),
        _ => throw Wrong(path, lists ? "a string, a number, a boolean or an array of these" : "a string, a number or a boolean", element),
    };

    private static InvalidRequestException Wrong(string path, string expected, JsonElement element) => Invalid(path, $"expected {expected}, but got {Name(element)} instead.");

    private static InvalidRequestException Invalid(string path, string problem) => new($"Invalid '{path}': {problem}", "filter");

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
