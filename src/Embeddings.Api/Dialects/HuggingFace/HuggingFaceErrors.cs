using System.Text.Json.Serialization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.HuggingFace;

/// <summary>Failures as clients of Hugging Face's inference read them.</summary>
internal sealed class HuggingFaceErrors : IErrorDialect
{
    public static readonly HuggingFaceErrors Instance = new();

    // Seconds after which its clients ask again, where nobody knows.
    private const double LoadingSeconds = 20;

    /// <inheritdoc/>
    public object? Body(Failure failure) => new HuggingFaceError(
        failure.Message,
        failure.Status == StatusCodes.Status503ServiceUnavailable
            ? failure.RetryAfter?.TotalSeconds ?? LoadingSeconds
            : null);
}

/// <summary>The form of a failure.</summary>
/// <param name="Error">What is wrong, where, and what to do.</param>
/// <param name="EstimatedTime">Seconds until the model can answer, while it cannot.</param>
public sealed record HuggingFaceError(
    string Error, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? EstimatedTime);
