namespace Embeddings.Inference;

/// <summary>Inputs cannot be embedded; the derived type says whose fault it is.</summary>
public abstract class EncodingException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>An input has more tokens than the model reads, and cutting was not allowed.</summary>
/// <param name="index">Which input, from 0.</param>
/// <param name="tokens">Its tokens, [CLS] and [SEP] included.</param>
/// <param name="maxTokens">The most the model reads.</param>
public sealed class InputTooLongException(int index, int tokens, int maxTokens)
    : EncodingException($"Input {index} has {tokens} tokens; the model reads {maxTokens}.")
{
    /// <summary>Which input, from 0.</summary>
    public int Index => index;

    /// <summary>Its tokens, [CLS] and [SEP] included.</summary>
    public int Tokens => tokens;

    /// <summary>The most the model reads.</summary>
    public int MaxTokens => maxTokens;
}

/// <summary>A query has so many tokens that the model could read nothing of a document beside it.</summary>
/// <param name="mostTokens">The most that a query may have, special tokens left out.</param>
/// <param name="maxTokens">The most that the model reads of both.</param>
public sealed class QueryTooLongException(int mostTokens, int maxTokens)
    : EncodingException(
        $"The query has more than {mostTokens} tokens; the model reads {maxTokens} of query and document.")
{
    /// <summary>The most that a query may have, special tokens left out.</summary>
    public int MostTokens => mostTokens;

    /// <summary>The most that the model reads of both.</summary>
    public int MaxTokens => maxTokens;
}

/// <summary>All inputs together have more tokens than one request may.</summary>
/// <param name="tokens">Tokens counted before giving up.</param>
/// <param name="maxTokens">The most allowed.</param>
public sealed class TooManyTokensException(long tokens, int maxTokens)
    : EncodingException($"The inputs have {tokens} tokens or more; at most {maxTokens} are allowed.")
{
    /// <summary>Tokens counted before giving up: the inputs have at least as many.</summary>
    public long Tokens => tokens;

    /// <summary>The most allowed.</summary>
    public int MaxTokens => maxTokens;
}

/// <summary>A token id that the model does not have.</summary>
/// <param name="index">Which input, from 0.</param>
/// <param name="position">Which id of the input, from 0.</param>
/// <param name="id">The id.</param>
public sealed class UnknownTokenIdException(int index, int position, int id)
    : EncodingException($"Input {index} has the token id {id} at position {position}, which the model does not have.")
{
    /// <summary>Which input, from 0.</summary>
    public int Index => index;

    /// <summary>Which id of the input, from 0.</summary>
    public int Position => position;

    /// <summary>The id.</summary>
    public int Id => id;
}

/// <summary>
/// The model gave infinity or not-a-number: a fault of its weights or of the runtime, never of the caller.
/// </summary>
/// <param name="index">Which input, from 0.</param>
public sealed class NonFiniteVectorException(int index)
    : EncodingException($"The model gave a vector with infinity or not-a-number for input {index}.")
{
    /// <summary>Which input, from 0.</summary>
    public int Index => index;
}

/// <summary>The model failed on a batch: a fault of its weights or of the runtime, never of the caller.</summary>
/// <param name="inner">What the runtime says.</param>
public sealed class ModelRunException(Exception inner) : EncodingException($"The model failed: {inner.Message}", inner);

/// <summary>Too many tokens wait already.</summary>
/// <param name="retryAfter">Time until all tokens that wait now have been embedded, at the recent rate; at least 1 s,
/// at most 60 s, since clients wait no longer.</param>
public sealed class EncoderBusyException(TimeSpan retryAfter) : EncodingException("Too many tokens wait already.")
{
    /// <summary>
    /// Time until all tokens that wait now have been embedded, at the recent rate; at least 1 s, at most 60 s, since
    /// clients wait no longer.
    /// </summary>
    public TimeSpan RetryAfter => retryAfter;
}
