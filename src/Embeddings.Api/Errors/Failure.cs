namespace Embeddings.Api.Errors;

/// <summary>
/// A kind of failure: the HTTP status that it has in every dialect, and the word by which programs know it.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The word, or null where the status says enough.</param>
internal sealed record FailureKind(int Status, string? Code = null)
{
    public static readonly FailureKind InvalidRequest = new(StatusCodes.Status400BadRequest);
    public static readonly FailureKind TooFewDocuments = new(StatusCodes.Status400BadRequest, "too_few_documents");
    public static readonly FailureKind ModelMismatch = new(StatusCodes.Status400BadRequest, "model_mismatch");
    public static readonly FailureKind InvalidApiKey = new(StatusCodes.Status401Unauthorized, "invalid_api_key");
    public static readonly FailureKind ForeignPage = new(StatusCodes.Status403Forbidden, "foreign_page");
    public static readonly FailureKind ModelNotFound = new(StatusCodes.Status404NotFound, "model_not_found");
    public static readonly FailureKind CollectionNotFound = new(StatusCodes.Status404NotFound, "collection_not_found");
    public static readonly FailureKind JobNotFound = new(StatusCodes.Status404NotFound, "job_not_found");
    public static readonly FailureKind DocumentNotFound = new(StatusCodes.Status404NotFound, "document_not_found");
    public static readonly FailureKind ClassifierNotFound = new(StatusCodes.Status404NotFound, "classifier_not_found");
    public static readonly FailureKind SlowBody = new(StatusCodes.Status408RequestTimeout);
    public static readonly FailureKind CollectionExists = new(StatusCodes.Status409Conflict, "collection_exists");
    public static readonly FailureKind BackupRuns = new(StatusCodes.Status409Conflict, "backup_runs");
    public static readonly FailureKind ReembeddingRuns = new(StatusCodes.Status409Conflict, "reembedding_runs");
    public static readonly FailureKind JobCancelled = new(StatusCodes.Status409Conflict, "job_cancelled");
    public static readonly FailureKind UnsupportedBody = new(StatusCodes.Status415UnsupportedMediaType);
    public static readonly FailureKind TooManyRequests = new(
        StatusCodes.Status429TooManyRequests, "rate_limit_exceeded");
    public static readonly FailureKind Server = new(StatusCodes.Status500InternalServerError);
    public static readonly FailureKind Unavailable = new(StatusCodes.Status503ServiceUnavailable);
    public static readonly FailureKind StoreFull = new(StatusCodes.Status507InsufficientStorage);
}

/// <summary>What failed, as facts. An <see cref="IErrorDialect"/> makes the body of a reply from them.</summary>
/// <param name="Kind">What kind of failure it is.</param>
/// <param name="Message">What is wrong, where, and what to do.</param>
/// <param name="Field">The field of the request at fault, or null.</param>
/// <param name="RetryAfter">When to send the request again, if that is known.</param>
internal sealed record Failure(FailureKind Kind, string Message, string? Field = null, TimeSpan? RetryAfter = null)
{
    /// <summary>HTTP status.</summary>
    public int Status => Kind.Status;

    /// <summary>What is wrong with the request, for families that tell more faults apart than statuses.</summary>
    public Fault Fault { get; init; }

    /// <summary>How much was given and may be given, if the fault is one of number.</summary>
    public Amount Amount { get; init; }

    /// <summary>Where the request has the fault, if that is inside of the field: <c>inputs.sentences</c>.</summary>
    public string? At { get; init; }

    /// <summary>The name of the model that is unknown or not here, as the request has it; null otherwise.</summary>
    public string? Model { get; init; }

    /// <summary>Whether an input has more tokens than the model reads, and may not be cut.</summary>
    public bool IsTooLong => Fault == Fault.TooLong;
}

/// <summary>An exception that knows what its request is told.</summary>
/// <param name="kind">What kind of failure it is.</param>
/// <param name="message">What is wrong, where, and what to do.</param>
/// <param name="field">The field of the request at fault, or null.</param>
internal abstract class FailureException(FailureKind kind, string message, string? field = null) : Exception(message)
{
    /// <summary>The field of the request at fault, or null.</summary>
    public string? Field { get; } = field;

    /// <summary>The facts.</summary>
    public virtual Failure Failure => new(kind, Message, Field);
}
