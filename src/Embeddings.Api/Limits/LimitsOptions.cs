using System.ComponentModel.DataAnnotations;

namespace Embeddings.Api.Limits;

/// <summary>Section <c>Limits</c>: what one request, and all requests together, may ask for.</summary>
internal sealed class LimitsOptions : IValidatableObject
{
    /// <summary>Inputs of one request.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits:MaxInputs must be between {1} and {2}.")]
    public int MaxInputs { get; set; } = 2048;

    /// <summary>
    /// Pairs of a comparison, each source with each target; 4 bytes of memory and about 10 of the reply for each.
    /// </summary>
    [Range(1, 1_000_000_000, ErrorMessage = "Limits:MaxPairs must be between {1} and {2}.")]
    public int MaxPairs { get; set; } = 2048 * 2048;

    /// <summary>Documents of one request; an import may have any number.</summary>
    [Range(1, 1_000_000, ErrorMessage = "Limits:MaxDocuments must be between {1} and {2}.")]
    public int MaxDocuments { get; set; } = 10_000;

    /// <summary>Tokens of one request, all inputs together, after cutting.</summary>
    [Range(1, 100_000_000, ErrorMessage = "Limits:MaxTokens must be between {1} and {2}.")]
    public int MaxTokens { get; set; } = 300_000;

    /// <summary>Bytes of one body, after decompression.</summary>
    [Range(1024, 1L << 31, ErrorMessage = "Limits:MaxBodyBytes must be between {1} and {2}.")]
    public long MaxBodyBytes { get; set; } = 32 << 20;

    /// <summary>
    /// Bytes of the bodies of all requests together; a body beyond gets 429. The texts in memory take several times as
    /// much.
    /// </summary>
    [Range(1024, long.MaxValue, ErrorMessage = "Limits:MaxBodyBytesTogether must be at least {1}.")]
    public long MaxBodyBytesTogether { get; set; } = 128 << 20;

    /// <summary>
    /// Seconds that a body, or a line of one that is streamed, may take to arrive; then it gets 408. 0 for as long as
    /// its client takes.
    /// </summary>
    [Range(0, 86_400, ErrorMessage = "Limits:MaxBodySeconds must be between {1} and {2}.")]
    public int MaxBodySeconds { get; set; } = 300;

    /// <summary>
    /// Tokens that wait or are being embedded, for each model; a request that does not fit beside them gets 429.
    /// </summary>
    [Range(16, 1_000_000_000, ErrorMessage = "Limits:MaxQueuedTokens must be between {1} and {2}.")]
    public int MaxQueuedTokens { get; set; } = 600_000;

    /// <summary>
    /// Seconds that a request may take, waiting included; then its work ends. 0 for as long as its client waits.
    /// </summary>
    [Range(0, 86_400, ErrorMessage = "Limits:MaxSeconds must be between {1} and {2}.")]
    public int MaxSeconds { get; set; } = 600;

    /// <summary>Searches, and counts, lists and deletions by a filter, worked on at a time.</summary>
    [Range(1, 100_000, ErrorMessage = "Limits:MaxConcurrentSearches must be between {1} and {2}.")]
    public int MaxConcurrentSearches { get; set; } = 64;

    /// <summary>Searches that may wait for these; further ones get 429.</summary>
    [Range(0, 1_000_000, ErrorMessage = "Limits:MaxQueuedSearches must be between {1} and {2}.")]
    public int MaxQueuedSearches { get; set; } = 512;

    /// <summary>Documents, texts or vectors of a projection or of topics; of more a sample is taken.</summary>
    [Range(3, 1_000_000, ErrorMessage = "Limits:MaxAnalyzed must be between {1} and {2}.")]
    public int MaxAnalyzed { get; set; } = 100_000;

    /// <summary>Jobs that may wait for the one that runs; further ones get 429.</summary>
    [Range(0, 10_000, ErrorMessage = "Limits:MaxQueuedJobs must be between {1} and {2}.")]
    public int MaxQueuedJobs { get; set; } = 16;

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (MaxBodyBytesTogether < MaxBodyBytes)
        {
            yield return new ValidationResult(
                $"Limits:MaxBodyBytesTogether ({MaxBodyBytesTogether}) must not be less than Limits:MaxBodyBytes " +
                $"({MaxBodyBytes}): such a body would never fit.");
        }

        if (MaxQueuedTokens < MaxTokens)
        {
            yield return new ValidationResult(
                $"Limits:MaxQueuedTokens ({MaxQueuedTokens}) must not be less than Limits:MaxTokens ({MaxTokens}): " +
                "such a request would never fit.");
        }
    }
}
