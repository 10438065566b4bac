using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Microsoft.Extensions.AI;

namespace Embeddings.Api.Models;

/// <summary>A model whose files are here. Loaded at its first use, again after a use that failed; the default one before the first request.</summary>
internal sealed class ServedModel(ModelManifest manifest, Func<SentenceEncoder> load) : IDisposable
{
    private readonly Lock _loading = new();
    private SentenceEncoder? _encoder;

    public ModelManifest Manifest => manifest;

    /// <summary>Texts → vectors.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Texts => Encoder();

    /// <summary>Ids of the model's own vocabulary → vectors.</summary>
    public IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>> Tokens => Encoder();

    /// <summary>Whether it can embed; so can one that is not loaded yet.</summary>
    public bool IsHealthy => Volatile.Read(ref _encoder)?.IsHealthy ?? true;

    /// <summary>Its counts, once it is loaded.</summary>
    public EncoderState? State => Volatile.Read(ref _encoder)?.State;

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
