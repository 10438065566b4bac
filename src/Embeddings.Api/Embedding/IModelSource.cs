using Embeddings.Api.Errors;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Embedding;

/// <summary>Where models come from while the server runs.</summary>
internal interface IModelSource
{
    /// <summary>
    /// Has a model served: fetches the files of one that is described here, or adds one by the name of its repository
    /// on the hub, as <c>models add</c> does. A model that is served already is left as it is.
    /// </summary>
    /// <param name="name">A name of the model, or <c>owner/name</c>.</param>
    /// <param name="progress">Told of the files as they come.</param>
    /// <param name="cancellationToken">Ends the download; what has arrived is kept for the next try.</param>
    /// <exception cref="UnknownModelException">No model has this name, and it is no repository's.</exception>
    /// <exception cref="PullFailedException">The model cannot be had, or cannot run here.</exception>
    Task PullAsync(string name, IProgress<DownloadProgress> progress, CancellationToken cancellationToken);
}

/// <summary>A model cannot be had, or cannot run here; the message says why.</summary>
/// <param name="message">The sentence.</param>
/// <param name="isUnknown">Whether the hub has no such model.</param>
internal sealed class PullFailedException(string message, bool isUnknown) : FailureException(
    isUnknown ? FailureKind.ModelNotFound : FailureKind.Server, message, "model");
