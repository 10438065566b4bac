using Embeddings.Api.Embedding;
using Embeddings.Api.Errors;
using Embeddings.Api.OpenAi;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>Ollama's two ways to ask for vectors, by <see cref="OpenAiHandler"/>.</summary>
internal sealed class OllamaHandler(OpenAiHandler embeddings, ModelRegistry registry, TimeProvider time)
{
    public async Task<EmbeddedReply<EmbedResponse>> EmbedAsync(
        EmbedRequest? sent, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var request = sent ?? throw NoBody();
        // Without a model Ollama looks for one without a name.
        var name = request.Model ?? "";
        var model = registry.Resolve(OllamaNames.Local(name));
        _ = model.Texts; // The first use loads the model, which is told apart from the work.
        var loaded = Nanoseconds();
        if (request.Input is not { Count: > 0 } texts)
        {
            return new(new EmbedResponse(name, []), EmbeddingSummary.None);
        }

        var asked = new EmbeddingRequest
        {
            Model = OllamaNames.Local(name),
            Input = new EmbeddingInput { Texts = texts, IsList = true },
            Dimensions = request.Dimensions > 0 && request.Dimensions < model.Manifest.Dimensions
                ? request.Dimensions
                : null,
            Truncate = request.Truncate,
            MaxInputTokens = Limit(request.Options),
            EmbedsEmptyTexts = true,
        };
        var (body, summary) = await embeddings.HandleAsync(asked, null, cancellationToken);
        var vectors = body.Data.Select(item => item.Embedding.Values);
        return new(new EmbedResponse(name, [.. vectors], Nanoseconds(), loaded, summary.Tokens), summary);

        long Nanoseconds() => (long)time.GetElapsedTime(start).TotalNanoseconds;
    }

    public async Task<EmbeddedReply<EmbeddingsResponse>> EmbedOneAsync(
        EmbeddingsRequest? sent, CancellationToken cancellationToken)
    {
        var request = sent ?? throw NoBody();
        var name = OllamaNames.Local(OllamaNames.Required(request.Model));
        if (request.Prompt is not { Length: > 0 } prompt)
        {
            registry.Resolve(name);
            return new(new EmbeddingsResponse(default), EmbeddingSummary.None);
        }

        var asked = new EmbeddingRequest
        {
            Model = name,
            Input = new EmbeddingInput { Texts = [prompt] },
            MaxInputTokens = Limit(request.Options),
        };
        var (body, summary) = await embeddings.HandleAsync(asked, null, cancellationToken);
        return new(new EmbeddingsResponse(body.Data[0].Embedding.Values), summary);
    }

    /// <summary>What Ollama says of a request without a body.</summary>
    public static InvalidRequestException NoBody() => new("missing request body");

    private static int? Limit(ModelOptions? options) => options?.NumCtx is > 0 and var most ? most : null;
}
