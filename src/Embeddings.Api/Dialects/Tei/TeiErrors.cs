using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>
/// The failures of Text Embeddings Inference: a body that cannot be read is answered in plain text, a missing key and a
/// wrong method with no body, and everything else with a sentence and its type, which decides the status.
/// </summary>
internal sealed class TeiErrors : IErrorDialect
{
    public static readonly TeiErrors Instance = new();

    /// <inheritdoc/>
    public int Status(Failure failure) => failure switch
    {
        { Fault: Fault.NotJson } => StatusCodes.Status400BadRequest,
        { Fault: Fault.WrongShape } => StatusCodes.Status422UnprocessableEntity,
        { Status: StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden } or
        { Status: StatusCodes.Status405MethodNotAllowed or StatusCodes.Status408RequestTimeout } or
        { Status: StatusCodes.Status413PayloadTooLarge or StatusCodes.Status415UnsupportedMediaType } =>
            failure.Status,
        _ => Of(failure).ErrorType switch
        {
            TeiErrorType.Empty => StatusCodes.Status400BadRequest,
            TeiErrorType.Backend => StatusCodes.Status424FailedDependency,
            TeiErrorType.Overloaded => StatusCodes.Status429TooManyRequests,
            TeiErrorType.Unhealthy => StatusCodes.Status503ServiceUnavailable,
            _ => StatusCodes.Status422UnprocessableEntity,
        },
    };

    /// <inheritdoc/>
    public object? Body(Failure failure) => failure switch
    {
        { Fault: Fault.NotJson } => $"Failed to parse the request body as JSON: {failure.Message}",
        { Fault: Fault.WrongShape } =>
            $"Failed to deserialize the JSON body into the target type: {failure.Message}",
        { Status: StatusCodes.Status401Unauthorized or StatusCodes.Status405MethodNotAllowed } => null,
        { Status: StatusCodes.Status413PayloadTooLarge } => "Failed to buffer the request body: length limit exceeded",
        { Status: StatusCodes.Status415UnsupportedMediaType } =>
            "Expected request with `Content-Type: application/json`",
        _ => Of(failure),
    };

    /// <summary>The sentence and the type of a failure.</summary>
    public static TeiError Of(Failure failure) => failure switch
    {
        { Status: StatusCodes.Status429TooManyRequests } => new("Model is overloaded", TeiErrorType.Overloaded),
        { Status: StatusCodes.Status503ServiceUnavailable } => new("unhealthy", TeiErrorType.Unhealthy),
        { Status: StatusCodes.Status403Forbidden or StatusCodes.Status408RequestTimeout } =>
            new(failure.Message, TeiErrorType.Validation),
        { Status: >= StatusCodes.Status500InternalServerError } => Backend(failure.Message),
        _ => failure.Fault switch
        {
            Fault.NoEncoder => Backend("Model is not an embedding model"),
            Fault.NoSparseVectors => Backend("Model is not an embedding model with SPLADE pooling"),
            Fault.NoTokenVectors => Backend("`embed_all` is not available for this model"),
            Fault.NoClassifier => Backend("Model is not a classifier model"),
            Fault.NoReranker => Backend("model is not a re-ranker model"),
            Fault.NoInputs => new($"`{NameOf(failure)}` cannot be empty", TeiErrorType.Empty),
            Fault.EmptyInput => new("Input validation error: `inputs` cannot be empty", TeiErrorType.Empty),
            Fault.TooManyInputs => new(
                $"batch size {failure.Amount.Given} > maximum allowed batch size {failure.Amount.Most}",
                TeiErrorType.Validation),
            Fault.TooLong => Validation(
                $"`inputs` must have less than {failure.Amount.Most} tokens. Given: {failure.Amount.Given}"),
            Fault.Dimensions when failure.Amount.Given < 1 => Validation("`dimensions` should be positive"),
            Fault.Dimensions => Validation("`dimensions` should be smaller than the maximum embedding dimension."),
            _ => Validation(failure.Message),
        },
    };

    private static TeiError Validation(string problem) =>
        new($"Input validation error: {problem}", TeiErrorType.Validation);

    private static TeiError Backend(string problem) => new($"Backend error: {problem}", TeiErrorType.Backend);

    // This server's own routes say "input".
    private static string? NameOf(Failure failure) =>
        (failure.At ?? failure.Field) is var name && name == "input" ? "inputs" : name;
}

/// <summary>The form of a failure.</summary>
/// <param name="Error">What failed.</param>
/// <param name="ErrorType">Its type, see <see cref="TeiErrorType"/>.</param>
public sealed record TeiError(string Error, string ErrorType);

/// <summary>The types of failures.</summary>
internal static class TeiErrorType
{
    public const string Empty = "Empty";
    public const string Validation = "Validation";
    public const string Backend = "Backend";
    public const string Overloaded = "Overloaded";
    public const string Unhealthy = "Unhealthy";
}
