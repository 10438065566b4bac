using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Rerank;

/// <summary>
/// Failures where the clients of several vendors share a path: OpenAI's envelope, beside it <c>message</c> for Cohere's
/// clients and <c>detail</c> for Jina's and Voyage's. Each ignores what it does not know.
/// </summary>
internal sealed class RerankErrors : IErrorDialect
{
    public static readonly RerankErrors Instance = new();

    public object? Body(Failure failure) => new RerankError(
        Guid.CreateVersion7().ToString(), failure.Message, failure.Message, OpenAiDialect.Error(failure));

    private sealed record RerankError(string Id, string Message, string Detail, ErrorBody Error);
}

/// <summary>Failures as Pinecone's clients read them.</summary>
internal sealed class PineconeErrors : IErrorDialect
{
    public static readonly PineconeErrors Instance = new();

    public object? Body(Failure failure) =>
        new PineconeError(new PineconeErrorBody(CodeOf(failure.Status), failure.Message), failure.Status);

    // Of gRPC, since its service is one.
    private static string CodeOf(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => "UNAUTHENTICATED",
        StatusCodes.Status403Forbidden => "PERMISSION_DENIED",
        StatusCodes.Status404NotFound => "NOT_FOUND",
        StatusCodes.Status429TooManyRequests => "RESOURCE_EXHAUSTED",
        StatusCodes.Status503ServiceUnavailable => "UNAVAILABLE",
        StatusCodes.Status504GatewayTimeout => "DEADLINE_EXCEEDED",
        >= 500 => "INTERNAL",
        _ => "INVALID_ARGUMENT",
    };

    private sealed record PineconeError(PineconeErrorBody Error, int Status);

    private sealed record PineconeErrorBody(string Code, string Message);
}
