using System.Text.Json;

namespace Embeddings.Api.Json;

/// <summary>What is wrong with a JSON body, in words for the person who wrote it; System.Text.Json's own name C# types.</summary>
internal static class JsonErrorMessage
{
    public static string Of(JsonException exception) => exception switch
    {
        JsonTypeException type when Field(exception) is { } field => $"Invalid type for '{field}{type.Item}': {type.Message}",
        { Path: "$", InnerException: null } => "The body must be a JSON object.",
        _ when exception.Message.StartsWith("Duplicate property", StringComparison.Ordinal) => $"The field '{Field(exception)}' is there twice.",
        { LineNumber: { } line, BytePositionInLine: { } position } =>
            $"We could not parse the JSON body of your request: it stops making sense at line {line + 1}, byte {position + 1}.",
        _ => "We could not parse the JSON body of your request.",
    };

    /// <summary>The field that the path <c>$.field</c> names.</summary>
    public static string? Field(JsonException exception) =>
        exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
}
