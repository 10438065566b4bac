namespace Embeddings.Api.Errors;

/// <summary>The request is wrong; the message says what and where, for the person who sent it.</summary>
/// <param name="message">The sentence.</param>
/// <param name="field">The field at fault.</param>
internal sealed class InvalidRequestException(string message, string? field = null)
    : FailureException(FailureKind.InvalidRequest, message, field)
{
    /// <summary>Index, from 0, of the wrong document or text; null when the fault is not in one of them.</summary>
    public int? Item { get; init; }

    /// <summary>Whether the fault is an input that has more tokens than the model reads.</summary>
    public bool IsTooLong { get; init; }

    /// <inheritdoc/>
    public override Failure Failure => base.Failure with { IsTooLong = IsTooLong };
}
