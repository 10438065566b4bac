namespace Embeddings.Api.Errors;

/// <summary>The request is wrong; the message says what and where, for the person who sent it.</summary>
/// <param name="message">The sentence.</param>
/// <param name="field">The field at fault.</param>
internal sealed class InvalidRequestException(string message, string? field = null)
    : FailureException(FailureKind.InvalidRequest, message, field)
{
    /// <summary>Index, from 0, of the wrong document or text; null when the fault is not in one of them.</summary>
    public int? Item { get; init; }

    /// <summary>What is wrong.</summary>
    public Fault Fault { get; init; }

    /// <summary>How much was given and may be given, if the fault is one of number.</summary>
    public Amount Amount { get; init; }

    /// <summary>Where the request has the fault, if that is inside of the field.</summary>
    public string? At { get; init; }

    /// <inheritdoc/>
    public override Failure Failure => base.Failure with { Fault = Fault, Amount = Amount, At = At };
}
