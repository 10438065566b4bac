using Embeddings.Inference;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Microsoft.Extensions.AI;

namespace Embeddings.Api.Embedding;

/// <summary>
/// A model whose files are here. It is loaded at its first use, and again if loading failed. The default model is
/// loaded before the first request.
/// </summary>
internal sealed class ServedModel(ModelManifest manifest, Func<SentenceEncoder> load) : IDisposable
{
    private readonly Lock _loading = new();
    private SentenceEncoder? _encoder;

    public ModelManifest Manifest => manifest;

    /// <summary>Texts → vectors.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Texts => Encoder();

    /// <summary>Ids of the model's own vocabulary → vectors.</summary>
    public IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>> Tokens => Encoder();

    /// <summary>Whether it can embed. A model that is not loaded yet counts as one that can.</summary>
    public bool IsHealthy => Volatile.Read(ref _encoder)?.IsHealthy ?? true;

    /// <summary>Its figures, once it is loaded.</summary>
    public EncoderState? State => Volatile.Read(ref _encoder)?.State;

    /// <inheritdoc cref="SentenceEncoder.Tokenize"/>
    public TokenizedText Tokenize(string text, int mostTokens) => Encoder().Tokenize(text, mostTokens);

    public void Dispose() => _encoder?.Dispose();

    private SentenceEncoder Encoder()
    {
        if (Volatile.Read(ref _encoder) is { } loaded)
        {
            return loaded;
        }

        lock (_loading)
        {
            return _encoder ??= load();
        }
    }
}
