using Embeddings.Inference;
using Embeddings.Inference.Models;
using Microsoft.Extensions.AI;

namespace Embeddings.Api.Models;

/// <summary>A model whose files are here. Loaded at its first use; the default one before the first request.</summary>
internal sealed class ServedModel(ModelManifest manifest, Func<SentenceEncoder> load) : IDisposable
{
    private readonly Lazy<SentenceEncoder> _encoder = new(load);

    public ModelManifest Manifest => manifest;

    /// <summary>Texts → vectors.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Texts => _encoder.Value;

    /// <summary>Ids of the model's own vocabulary → vectors.</summary>
    public IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>> Tokens => _encoder.Value;

    public void Dispose()
    {
        if (_encoder.IsValueCreated)
        {
            _encoder.Value.Dispose();
        }
    }
}
