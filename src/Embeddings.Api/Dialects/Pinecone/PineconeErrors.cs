using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Pinecone;

/// <summary>Failures as Pinecone's clients read them.</summary>
internal sealed class PineconeErrors : IErrorDialect
{
    public static readonly PineconeErrors Instance = new();

    /// <inheritdoc/>
    public object? Body(Failure failure) =>
        new PineconeFailure(new PineconeError(CodeOf(failure.Status), failure.Message), failure.Status);

    // Its service is one of gRPC, so these are gRPC's names.
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
}

/// <summary>The form of a failure.</summary>
/// <param name="Error">What failed.</param>
/// <param name="Status">HTTP status.</param>
public sealed record PineconeFailure(PineconeError Error, int Status);

/// <summary>What failed.</summary>
/// <param name="Code">gRPC's name of the failure.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
public sealed record PineconeError(string Code, string Message);
