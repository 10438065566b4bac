using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;
using Embeddings.Inference.Tokenization;
using Embeddings.Vectors;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// A cross-encoder: a query and a document that it reads together → how well they fit, or a text → scores of its
/// labels. Results come in the order of the inputs. Equal inputs of one call are computed once, and their tokens
/// counted each time. Thread-safe.
/// </summary>
public sealed class CrossEncoder : ITextModel
{
    private readonly ModelManifest _manifest;
    private readonly EncoderSettings _settings;
    private readonly PairCutter _pairs;
    private readonly SequenceCutter _texts;
    private readonly SequenceEncoder _encoder;
    private readonly Activation _activation;
    private int _disposed;

    /// <summary>Loads a model from a directory that holds every file of its manifest.</summary>
    /// <param name="manifest">What the model is.</param>
    /// <param name="directory">Where its files are.</param>
    /// <param name="settings">How to work; null for the defaults. The cache is not used.</param>
    /// <param name="time">Measures batches.</param>
    /// <param name="logger">Told of workers that die.</param>
    /// <exception cref="ModelException">A file is missing or is not what the manifest says.</exception>
    public CrossEncoder(
        ModelManifest manifest,
        string directory,
        EncoderSettings? settings = null,
        TimeProvider? time = null,
        ILogger<CrossEncoder>? logger = null)
    {
        _manifest = manifest;
        _settings = settings ?? new EncoderSettings();
        var tokenizer = ModelTokenizer.Read(directory, manifest);
        _pairs = new PairCutter(tokenizer, manifest.MaxTokens);
        _texts = new SequenceCutter(tokenizer, manifest.MaxTokens);
        _activation = manifest.Activation ?? (manifest.Dimensions == 1 ? Activation.Sigmoid : Activation.Softmax);
        _encoder = new SequenceEncoder(
            new OnnxEncoder(directory, manifest, _settings.Workers),
            _settings.QueueOf(manifest),
            time ?? TimeProvider.System,
            logger ?? NullLogger<CrossEncoder>.Instance);
    }

    /// <inheritdoc/>
    public bool IsHealthy => _encoder.Workers.IsHealthy;

    /// <inheritdoc/>
    public EncoderState State =>
        new(_encoder.QueuedTokens, _encoder.Workers.Count, _encoder.Workers.Deaths, 0, 0, 0);

    /// <summary>How well documents fit a query. Only a document is cut, never the query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="documents">The documents; an empty one is legal here.</param>
    /// <param name="options">Truncation and limits. There is no chunking of pairs: chunks count as cut.</param>
    /// <param name="isRaw">Whether the scores are what the model gives (any number), and not 0 to 1.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="InvalidOperationException">The model has several labels.</exception>
    /// <exception cref="EncodingException">The query leaves no room for a document, a document is too long, all
    /// together have too many tokens, too many tokens wait, or the model failed.</exception>
    public async Task<RerankScores> ScoreAsync(
        string query,
        IReadOnlyList<string> documents,
        EncodingOptions? options = null,
        bool isRaw = false,
        CancellationToken cancellationToken = default)
    {
        if (_manifest.Dimensions != 1)
        {
            throw new InvalidOperationException($"{_manifest.Id} gives {_manifest.Dimensions} scores, not one.");
        }

        options ??= new EncodingOptions();
        CheckRoom(options);
        var most = (int)Math.Min(options.MaxTotalTokens, _settings.MaxQueuedTokens);
        var pairs = _pairs.Cut(query, documents, options.Truncation == Truncation.Reject, most, cancellationToken);
        var scores = await RunAsync([.. pairs.Select(pair => pair.Sequence)], options, isRaw, cancellationToken)
            .ConfigureAwait(false);
        return new RerankScores(
            [.. scores.Select(score => score[0])],
            pairs.Sum(pair => (long)pair.Sequence.Length),
            pairs.Count(pair => pair.Truncated));
    }

    /// <summary>The scores of each label for each text.</summary>
    /// <inheritdoc cref="PredictAsync(IReadOnlyList{TextPair}, EncodingOptions?, bool, CancellationToken)"/>
    public Task<LabelScores> PredictAsync(
        IReadOnlyList<string> texts,
        EncodingOptions? options = null,
        bool isRaw = false,
        CancellationToken cancellationToken = default) =>
        PredictAsync([.. texts.Select(text => new TextPair(text))], options, isRaw, cancellationToken);

    /// <summary>The scores of each label for each text, or pair of texts.</summary>
    /// <param name="texts">The texts. Of a pair that is too long, the longer text is cut.</param>
    /// <param name="options">Truncation and limits. There is no chunking here: chunks count as cut.</param>
    /// <param name="isRaw">Whether the scores are what the model gives (any number), and not probabilities.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="EncodingException">A text is too long, all together have too many tokens, too many tokens wait,
    /// or the model failed.</exception>
    public async Task<LabelScores> PredictAsync(
        IReadOnlyList<TextPair> texts,
        EncodingOptions? options = null,
        bool isRaw = false,
        CancellationToken cancellationToken = default)
    {
        var encoding = (EncodingOptions)(options ?? new EncodingOptions()).Clone();
        if (encoding.Truncation == Truncation.Chunk)
        {
            encoding.Truncation = Truncation.Cut;
        }

        CheckRoom(encoding);
        var most = (int)Math.Min(encoding.MaxTotalTokens, _settings.MaxQueuedTokens);
        var (inputs, tokens) = Cut(texts, encoding, most, cancellationToken);
        var scores = await RunAsync([.. inputs.Select(input => input.Sequence)], encoding, isRaw, cancellationToken)
            .ConfigureAwait(false);
        return new LabelScores(
            _manifest.Labels ?? [.. Enumerable.Range(0, _manifest.Dimensions).Select(i => $"LABEL_{i}")],
            scores,
            tokens,
            inputs.Count(input => input.Truncated));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _encoder.Dispose();
        }
    }

    private (TokenizedPair[] Inputs, long Tokens) Cut(
        IReadOnlyList<TextPair> texts, EncodingOptions options, int most, CancellationToken cancellationToken)
    {
        var inputs = new TokenizedPair[texts.Count];
        var tokens = 0L;
        for (var i = 0; i < inputs.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            inputs[i] = Cut(texts[i], i, options);
            tokens += inputs[i].Sequence.Length;
            if (tokens > most)
            {
                throw new TooManyTokensException(tokens, most);
            }
        }

        return (inputs, tokens);
    }

    private TokenizedPair Cut(TextPair text, int index, EncodingOptions options)
    {
        if (text.Second is { } second)
        {
            return _pairs.CutLonger(text.First, second, index, options.Truncation == Truncation.Reject);
        }

        var single = _texts.Cut(new EncoderInput(text.First, default), index, options);
        return new(single.Sequences[0], single.Truncated);
    }

    private void CheckRoom(EncodingOptions options)
    {
        if (!options.IsBegun)
        {
            _encoder.CheckRoom(1);
        }
    }

    private async Task<float[][]> RunAsync(
        Sequence[] sequences, EncodingOptions options, bool isRaw, CancellationToken cancellationToken)
    {
        Sequence[] distinct = [.. sequences.Distinct()];
        var made = await _encoder.GenerateAsync(distinct, options, cancellationToken).ConfigureAwait(false);
        var bySequence = distinct.Zip(made).ToDictionary(pair => pair.First, pair => pair.Second.Vector);
        return [.. sequences.Select((sequence, i) => Finish(bySequence[sequence].Span, i, isRaw))];
    }

    private float[] Finish(ReadOnlySpan<float> logits, int index, bool isRaw)
    {
        if (!VectorMath.IsFinite(logits))
        {
            throw new NonFiniteVectorException(index);
        }

        var scores = logits.ToArray();
        Activations.Apply(isRaw ? Activation.Identity : _activation, scores);
        return scores;
    }
}

/// <summary>How well documents fit a query.</summary>
/// <param name="Scores">One for each document, in their order; larger is better.</param>
/// <param name="TokenCount">Tokens of all pairs, special tokens included. The query counts with each document.</param>
/// <param name="TruncatedDocuments">Documents whose ends were not read.</param>
public sealed record RerankScores(IReadOnlyList<float> Scores, long TokenCount, int TruncatedDocuments);

/// <summary>A text, or two that a model reads together, as a premise and a hypothesis.</summary>
/// <param name="First">The text, or the first of two.</param>
/// <param name="Second">The second; <see langword="null"/> if there is one text only.</param>
public readonly record struct TextPair(string First, string? Second = null);

/// <summary>What a classifier says of texts.</summary>
/// <param name="Labels">Its labels.</param>
/// <param name="Scores">For each text, in their order, a score for each label.</param>
/// <param name="TokenCount">Tokens of all texts, special tokens included.</param>
/// <param name="TruncatedTexts">Texts whose ends were not read.</param>
public sealed record LabelScores(
    IReadOnlyList<string> Labels, IReadOnlyList<float[]> Scores, long TokenCount, int TruncatedTexts);
