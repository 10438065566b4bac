namespace Embeddings.Api.Errors;

/// <summary>
/// What is wrong with a request, where some family of clients is told it by more than the status. One that is in no
/// such family sees only the message.
/// </summary>
internal enum Fault
{
    /// <summary>Something else, or no fault of the request.</summary>
    Other,

    /// <summary>The body is not JSON.</summary>
    NotJson,

    /// <summary>The body is JSON, but a field is missing or has another type than it should.</summary>
    WrongShape,

    /// <summary>A list of inputs has none.</summary>
    NoInputs,

    /// <summary>An input is empty.</summary>
    EmptyInput,

    /// <summary>A list of inputs has more than it may.</summary>
    TooManyInputs,

    /// <summary>An input has more tokens than the model reads.</summary>
    TooLong,

    /// <summary>The model does not give vectors of the length that is asked for.</summary>
    Dimensions,

    /// <summary>The model makes no vectors.</summary>
    NoEncoder,

    /// <summary>The model makes no sparse vectors.</summary>
    NoSparseVectors,

    /// <summary>The model makes no vectors of tokens.</summary>
    NoTokenVectors,

    /// <summary>The model has no labels, or none of the models has.</summary>
    NoClassifier,

    /// <summary>The model does not rank documents.</summary>
    NoReranker,
}

/// <summary>How much of something a request has, and how much it may have.</summary>
/// <param name="Given">What it has.</param>
/// <param name="Most">The most it may have.</param>
internal readonly record struct Amount(long Given, long Most);
