using System.Text.Json;
using System.Text.RegularExpressions;
using Embeddings.Storage.Filtering;

namespace Embeddings.Api.Errors;

/// <summary>
/// What is wrong with a JSON body, in words for the person who wrote it; System.Text.Json's own name C# types.
/// </summary>
internal static partial class JsonErrorMessage
{
    public static string Of(JsonException exception) => exception switch
    {
        JsonTypeException type when Location(type) is { } location => $"Invalid type for '{location}': {type.Message}",
        JsonValueException value when Location(value) is { } location => $"Invalid '{location}': {value.Message}",
        UnknownFieldException unknown =>
            KnownFields.Unknown("field", Field(unknown) is { } parent ? $"{parent}." : "", unknown.Name, unknown.Known),
        _ when Unmapped().Match(exception.Message) is { Success: true } match
            && typeof(JsonErrorMessage).Assembly.GetType(match.Groups[2].Value) is { } contract =>
            KnownFields.Unknown("field", Parent(exception), match.Groups[1].Value, KnownFields.Of(contract)),
        { Path: "$", InnerException: null } => "The body must be a JSON object.",
        _ when exception.Message.StartsWith("Duplicate property", StringComparison.Ordinal) =>
            $"The field '{Field(exception)}' is there twice.",
        _ when exception.Message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal)
            && Field(exception) is { } field =>
            $"Invalid type for '{field}': this field takes another type.",
        { LineNumber: { } line, BytePositionInLine: { } position } =>
            $"We could not parse the JSON body of your request: it stops making sense at line {line + 1}, byte " +
            $"{position + 1}.",
        _ => "We could not parse the JSON body of your request.",
    };

    /// <summary>
    /// The field of the request at fault, without its inner path as in every other error: <c>documents</c> for
    /// <c>$.documents[3].id</c>.
    /// </summary>
    public static string? Param(JsonException exception) =>
        Field(exception)?.Split('[', '.')[0]
            ?? (exception is UnknownFieldException unknown ? FieldName.Cut(unknown.Name) : null);

    // $.inputs.sentence: the object that has no such field is behind "inputs.".
    private static string Parent(JsonException exception) =>
        Field(exception) is { } field && field.LastIndexOf('.') is var dot && dot >= 0 ? field[..(dot + 1)] : "";

    // The path $.field without its root.
    private static string? Field(JsonException exception) =>
        exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;

    private static string? Location(JsonValueException exception) =>
        $"{Field(exception)}{exception.Item}" is { Length: > 0 } location ? location.TrimStart('.') : null;

    // What System.Text.Json says of a field that a contract does not have.
    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member contained in type '(.*)'\\.", RegexOptions.Singleline)]
    private static partial Regex Unmapped();
}
