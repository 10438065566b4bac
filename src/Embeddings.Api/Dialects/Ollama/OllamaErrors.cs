using System.Globalization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>
/// Ollama's failures: <c>{"error": "text"}</c>. Clients compare the texts for an unknown model, for a text that is too
/// long and for a server that is busy, so these are Ollama's own.
/// </summary>
internal sealed class OllamaErrors : IErrorDialect
{
    public static readonly OllamaErrors Instance = new();

    /// <summary>Of <c>/api/embeddings</c>, which has another text for an unknown model.</summary>
    public static readonly OllamaErrors Legacy = new()
    {
        UnknownModel = "model \"{0}\" not found, try pulling it first",
    };

    /// <summary>Of <c>/api/pull</c>, which asks a registry for what is unknown here.</summary>
    public static readonly OllamaErrors OfPull = new()
    {
        UnknownModel = "pull model manifest: file does not exist",
    };

    private string UnknownModel { get; init; } = "model '{0}' not found";

    /// <inheritdoc/>
    public int Status(Failure failure) => failure.Status == StatusCodes.Status429TooManyRequests
        ? StatusCodes.Status503ServiceUnavailable
        : failure.Status;

    /// <inheritdoc/>
    public object Body(Failure failure) => new OllamaError(failure switch
    {
        { Model: { } model } => string.Format(CultureInfo.InvariantCulture, UnknownModel, model),
        { Fault: Fault.TooLong } => "the input length exceeds the context length",
        { Status: StatusCodes.Status429TooManyRequests } =>
            "server busy, please try again.  maximum pending requests exceeded",
        _ => failure.Message,
    });
}
