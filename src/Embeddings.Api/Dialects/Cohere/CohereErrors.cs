using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Cohere;

/// <summary>Cohere's failures: <c>{"id", "message"}</c>.</summary>
internal sealed class CohereErrors : IErrorDialect
{
    public static readonly CohereErrors Instance = new();

    /// <inheritdoc/>
    public object Body(Failure failure) => new CohereError($"{Guid.NewGuid()}", failure switch
    {
        { Model: { } model } =>
            $"model '{model}' not found, make sure the correct model ID was used and that you have access to the " +
            "model.",
        { Status: StatusCodes.Status401Unauthorized } => "invalid api token",
        { Status: StatusCodes.Status400BadRequest } => $"invalid request: {failure.Message}",
        _ => failure.Message,
    });
}
