using System.ComponentModel.DataAnnotations;

namespace Embeddings.Api.Hosting;

/// <summary>Section <c>Limits</c>: what one request, and all at once, may ask for.</summary>
internal sealed class LimitsOptions : IValidatableObject
{
    /// <summary>Inputs of one request.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits:MaxInputs must be between {1} and {2}.")]
    public int MaxInputs { get; set; } = 2048;

    /// <summary>Documents of one request; an import may have any number.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits:MaxDocuments must be between {1} and {2}.")]
    public int MaxDocuments { get; set; } = 10_000;

    /// <summary>Tokens of one request, all inputs together, after cutting.</summary>
    [Range(1, 100_000_000, ErrorMessage = "Limits:MaxTokens must be between {1} and {2}.")]
    public int MaxTokens { get; set; } = 300_000;

    /// <summary>Bytes of one body, after decompression.</summary>
    [Range(1024, 1L << 31, ErrorMessage = "Limits:MaxBodyBytes must be between {1} and {2}.")]
    public long MaxBodyBytes { get; set; } = 32 << 20;

    /// <summary>Bytes of the bodies of all requests together; a body beyond gets 429. The texts in memory take several times as much.</summary>
    [Range(1024, long.MaxValue, ErrorMessage = "Limits:MaxBodyBytesTogether must be at least {1}.")]
    public long MaxBodyBytesTogether { get; set; } = 128 << 20;

    /// <summary>Embedding requests worked on at a time.</summary>
    [Range(1, 100_000, ErrorMessage = "Limits:MaxConcurrentRequests must be between {1} and {2}.")]
    public int MaxConcurrentRequests { get; set; } = 64;

    /// <summary>Embedding requests that may wait beyond those; further ones get 429.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Limits:MaxQueuedRequests must be between {1} and {2}.")]
    public int MaxQueuedRequests { get; set; } = 512;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxBodyBytesTogether < MaxBodyBytes)
        {
            yield return new ValidationResult($"Limits:MaxBodyBytesTogether ({MaxBodyBytesTogether}) must not be less than Limits:MaxBodyBytes ({MaxBodyBytes}): such a body would never fit.");
        }
    }
}
