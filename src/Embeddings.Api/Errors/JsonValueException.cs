using System.Text.Json;

namespace Embeddings.Api.Errors;

/// <summary>A value of the request is not what it should be.</summary>
/// <param name="item">Where inside the field that is being read: <c>[3]</c>, <c>.id</c>.</param>
/// <param name="problem">What is wrong with it.</param>
internal class JsonValueException(string item, string problem) : JsonException(problem)
{
    /// <summary>Where inside the field that is being read: <c>[3]</c>, <c>.id</c>.</summary>
    public string Item => item;
}

/// <summary>A value of the request has the wrong JSON type.</summary>
/// <param name="expected">What it should be: <c>an integer</c>.</param>
/// <param name="actual">The token that is there.</param>
/// <param name="item">Which item of the field, if it is a list: <c>[3]</c>.</param>
internal sealed class JsonTypeException(string expected, JsonTokenType actual, string item = "")
    : JsonValueException(item, $"expected {expected}, but got {Name(actual)} instead.")
{
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

/// <summary>An object of the request has an unknown field.</summary>
/// <param name="name">The field, as it was sent.</param>
/// <param name="known">The fields that there are.</param>
internal sealed class UnknownFieldException(
    string name, IReadOnlyList<string> known) : JsonException("There is no such field.")
{
    /// <summary>The field, as it was sent.</summary>
    public string Name => name;

    /// <summary>The fields that there are.</summary>
    public IReadOnlyList<string> Known => known;
}

