namespace Embeddings.Api.Errors;

/// <summary>The request is wrong; the message says what and where, for the person who sent it.</summary>
/// <param name="message">The sentence.</param>
/// <param name="param">The field at fault.</param>
internal sealed class InvalidRequestException(string message, string? param = null) : Exception(message)
{
    /// <summary>The field at fault.</summary>
    public string? Param => param;

    /// <summary>Which of the documents or texts is wrong, from 0; null when it is not about one of them.</summary>
    public int? Item { get; init; }
}

/// <summary>The body is in a form that nothing here reads; the message says which.</summary>
internal sealed class UnsupportedBodyException(string message) : Exception(message);
