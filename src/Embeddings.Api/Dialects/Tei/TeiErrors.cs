using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>Failures as Text Embeddings Inference tells them.</summary>
internal sealed class TeiErrors : IErrorDialect
{
    public static readonly TeiErrors Instance = new();

    public int Status(Failure failure) =>
        failure.Status == StatusCodes.Status400BadRequest ? StatusCodes.Status422UnprocessableEntity : failure.Status;

    public object? Body(Failure failure) => new TeiError(failure.Message, TypeOf(failure.Status));

    private static string TypeOf(int status) => status switch
    {
        StatusCodes.Status429TooManyRequests => "Overloaded",
        StatusCodes.Status503ServiceUnavailable => "Unhealthy",
        >= 500 => "Backend",
        _ => "Validation",
    };

    private sealed record TeiError(string Error, string ErrorType);
}
