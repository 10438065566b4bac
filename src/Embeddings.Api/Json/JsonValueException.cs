using System.Text.Json;

namespace Embeddings.Api.Json;

/// <summary>A value of the request has the wrong JSON type.</summary>
/// <param name="expected">What it should be: <c>an integer</c>.</param>
/// <param name="actual">The token that is there.</param>
/// <param name="item">Which item of the field, if it is a list: <c>[3]</c>.</param>
internal sealed class JsonTypeException(string expected, JsonTokenType actual, string item = "")
    : JsonException($"expected {expected}, but got {Name(actual)} instead.")
{
    /// <summary>Which item of the field, if it is a list: <c>[3]</c>.</summary>
    public string Item => item;

    private static string Name(JsonTokenType type) => type switch
    {
        JsonTokenType.String => "a string",
        JsonTokenType.Number => "a number",
        JsonTokenType.True or JsonTokenType.False => "a boolean",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.StartObject => "an object",
        JsonTokenType.Null => "null",
        _ => "something else",
    };
}
