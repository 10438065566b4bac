using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Weaviate;

/// <summary>Failures as Weaviate reads them: a text, and the status.</summary>
internal sealed class WeaviateErrors : IErrorDialect
{
    public static readonly WeaviateErrors Instance = new();

    public object? Body(Failure failure) => new WeaviateError(failure.Message);

    private sealed record WeaviateError(string Error);
}
