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
