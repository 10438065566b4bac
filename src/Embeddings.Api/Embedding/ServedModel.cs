using Embeddings.Inference;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Microsoft.Extensions.AI;

namespace Embeddings.Api.Embedding;

/// <summary>
/// A model whose files are here. It is loaded at its first use, and again if loading failed. The default model is
/// loaded before the first request.
/// </summary>
/// <param name="manifest">What it is.</param>
/// <param name="load">Loads a <see cref="SentenceEncoder"/> or a <see cref="CrossEncoder"/>, as the manifest
/// says.</param>
internal sealed class ServedModel(ModelManifest manifest, Func<ITextModel> load) : IDisposable
{
    private readonly Lock _loading = new();
    private ITextModel? _model;

    public ModelManifest Manifest => manifest;

    /// <summary>Whether it makes vectors of texts, and not scores.</summary>
    public bool IsEncoder => manifest.Kind == ModelKind.Encoder;

    /// <summary>Whether it says how well a document fits a query.</summary>
    public bool IsReranker => !IsEncoder && manifest.Dimensions == 1;

    /// <summary>Whether it gives scores of labels.</summary>
    public bool IsClassifier => !IsEncoder && manifest.Labels is not null;

    /// <summary>Texts → vectors.</summary>
    public IEmbeddingGenerator<string, Embedding<float>> Texts => Encoder;

    /// <summary>Ids of the model's own vocabulary → vectors.</summary>
    public IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>> Tokens => Encoder;

    /// <summary>Pairs of texts, or texts → scores.</summary>
    public CrossEncoder Scores => (CrossEncoder)Loaded();

    /// <summary>Whether it can run. A model that is not loaded yet counts as one that can.</summary>
    public bool IsHealthy => Volatile.Read(ref _model)?.IsHealthy ?? true;

    /// <summary>Its figures, once it is loaded.</summary>
    public EncoderState? State => Volatile.Read(ref _model)?.State;

    private SentenceEncoder Encoder => (SentenceEncoder)Loaded();

    /// <inheritdoc cref="SentenceEncoder.Tokenize"/>
    public TokenizedText Tokenize(string text, int mostTokens) => Encoder.Tokenize(text, mostTokens);

    /// <inheritdoc cref="SentenceEncoder.Decode"/>
    public string Decode(ReadOnlySpan<int> ids, bool skipsSpecialTokens) => Encoder.Decode(ids, skipsSpecialTokens);

    public void Dispose() => _model?.Dispose();

    private ITextModel Loaded()
    {
        if (Volatile.Read(ref _model) is { } loaded)
        {
            return loaded;
        }

        lock (_loading)
        {
            return _model ??= load();
        }
    }
}
