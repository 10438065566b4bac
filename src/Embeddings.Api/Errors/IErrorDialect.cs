namespace Embeddings.Api.Errors;

/// <summary>
/// How a family of clients expects failures. An endpoint names its dialect by metadata of this type, and a path that
/// several families share is told apart by the request, see <see cref="ErrorDialects.Use"/>.
/// </summary>
internal interface IErrorDialect
{
    /// <summary>The HTTP status of the reply.</summary>
    int Status(Failure failure) => failure.Status;

    /// <summary>
    /// The body of the reply: written as it is if it is a string, as JSON otherwise, and left out if it is null.
    /// </summary>
    object? Body(Failure failure);
}
