using Embeddings.Inference.Models;
using Embeddings.Inference.Runtime;
using Embeddings.Inference.Scheduling;
using Embeddings.Inference.Tokenization;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference.Encoders;

/// <summary>
/// A sentence encoder: texts, or token ids of the model's own vocabulary → the vectors that sentence-transformers
/// gives. Results come in the order of the inputs, with the number of tokens as usage. Equal inputs of one call are
/// computed once, and their tokens counted each time. Thread-safe.
/// </summary>
public sealed class SentenceEncoder
    : IEmbeddingGenerator<string, Embedding<float>>, IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>>, ITextModel
{
    // No vocabulary has it.
    private const int NoId = -1;

    private readonly ModelManifest _manifest;
    private readonly EncoderSettings _settings;
    private readonly ITokenizer _texts;
    private readonly RequestTokenizer _tokenizer;
    private readonly SequenceEncoder _encoder;
    private readonly VectorCache? _cache;
    private readonly FinalVector _final;
    private int _disposed;

    /// <summary>Loads a model from a directory that holds every file of its manifest.</summary>
    /// <param name="manifest">What the model is.</param>
    /// <param name="directory">Where its files are.</param>
    /// <param name="settings">How to work; null for the defaults.</param>
    /// <param name="time">Measures batches.</param>
    /// <param name="logger">Told of workers that die.</param>
    /// <exception cref="ModelException">A file is missing or is not what the manifest says.</exception>
    public SentenceEncoder(
        ModelManifest manifest,
        string directory,
        EncoderSettings? settings = null,
        TimeProvider? time = null,
        ILogger<SentenceEncoder>? logger = null)
        : this(
            manifest,
            ModelTokenizer.Read(directory, manifest),
            new OnnxEncoder(directory, manifest, (settings ?? new EncoderSettings()).Workers),
            settings ?? new EncoderSettings(),
            time,
            logger)
    {
    }

    /// <summary>With another encoder, which is disposed with this.</summary>
    internal SentenceEncoder(
        ModelManifest manifest,
        ITokenizer tokenizer,
        IBatchEncoder encoder,
        EncoderSettings settings,
        TimeProvider? time = null,
        ILogger? logger = null)
    {
        (_manifest, _settings, _texts, _final) = (manifest, settings, tokenizer, new FinalVector(manifest));
        _tokenizer = new RequestTokenizer(new SequenceCutter(tokenizer, manifest.MaxTokens), settings.Workers);
        _encoder = new SequenceEncoder(
            encoder,
            settings.QueueOf(manifest),
            time ?? TimeProvider.System,
            logger ?? NullLogger.Instance);
        _cache = settings.CacheBytes > 0 ? new VectorCache(_encoder, settings.CacheBytes) : null;
    }

    /// <inheritdoc/>
    public bool IsHealthy => _encoder.Workers.IsHealthy;

    /// <inheritdoc/>
    public EncoderState State => new(
        _encoder.QueuedTokens,
        _encoder.Workers.Count,
        _encoder.Workers.Deaths,
        _cache?.Bytes ?? 0,
        _cache?.Hits ?? 0,
        _cache?.Misses ?? 0);

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts; an empty one is legal here.</param>
    /// <param name="options">An <see cref="EncodingOptions"/> for more than <c>Dimensions</c>.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="EncodingException">An input is too long, all together are, too many tokens wait, or the model
    /// failed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        var prompt = (options as EncodingOptions)?.Prompt;
        var inputs = values.Select(text => new EncoderInput(prompt + text, default));
        return GenerateAsync(inputs, values is IReadOnlyCollection<string>, options, cancellationToken);
    }

    /// <summary>Embeds token ids of the model's own vocabulary, given without [CLS] and [SEP].</summary>
    /// <inheritdoc cref="GenerateAsync(IEnumerable{string}, EmbeddingGenerationOptions?, CancellationToken)"/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<ReadOnlyMemory<int>> values,
        EmbeddingGenerationOptions? options = null,
        CancellationToken cancellationToken = default) =>
        GenerateAsync(
            values.Select(ids => new EncoderInput(null, ids)),
            values is IReadOnlyCollection<ReadOnlyMemory<int>>,
            options,
            cancellationToken);

    /// <summary>
    /// The vectors of the tokens of texts, as the model gives them: special tokens included, neither pooled nor scaled.
    /// For late interaction. The cache is not used.
    /// </summary>
    /// <param name="texts">The texts.</param>
    /// <param name="options">Prompt, truncation and limits; <see cref="Truncation.Chunk"/> counts as cut.</param>
    /// <param name="cancellationToken">Ends the work between two batches.</param>
    /// <exception cref="InvalidOperationException">The model gives no vectors of tokens.</exception>
    /// <exception cref="EncodingException">As of <c>GenerateAsync</c>.</exception>
    public async Task<TokenVectors> EmbedTokensAsync(
        IReadOnlyList<string> texts, EncodingOptions? options = null, CancellationToken cancellationToken = default)
    {
        if (_manifest.Pooling is Pooling.None or Pooling.Splade || _manifest.Dense is not null)
        {
            throw new InvalidOperationException($"{_manifest.Id} gives no vectors of tokens.");
        }

        var encoding = (EncodingOptions)(options ?? new EncodingOptions()).Clone();
        encoding.Truncation = encoding.Truncation == Truncation.Chunk ? Truncation.Cut : encoding.Truncation;
        var most = (int)Math.Min(encoding.MaxTotalTokens, _settings.MaxQueuedTokens);
        var (distinct, positions) = _tokenizer.Tokenize(
            [.. texts.Select(text => new EncoderInput(encoding.Prompt + text, default))],
            encoding,
            most,
            least => CheckRoom(encoding, least),
            cancellationToken);
        var total = positions.Sum(position => (long)distinct[position].TokenCount);
        if (total > most)
        {
            throw new TooManyTokensException(total, most);
        }

        var sequences = distinct.Select(text => text.Sequences[0].For(TaskOf(encoding)).For(SequenceOutput.TokenVectors));
        var made = await _encoder.GenerateAsync(sequences, encoding, cancellationToken).ConfigureAwait(false);
        var wrong = made.ToList().FindIndex(vectors => !VectorMath.IsFinite(vectors.Vector.Span));
        return wrong >= 0
            ? throw new NonFiniteVectorException(distinct[wrong].Index)
            : new TokenVectors(
                [.. positions.Select(position => made[position].Vector)],
                _manifest.Dimensions,
                total,
                positions.Count(position => distinct[position].Truncated));
    }

    /// <summary>The tokens of a text, for a person to look at. The model does not run.</summary>
    /// <param name="text">The text, as the model gets it: with its prompt, if it is to have one.</param>
    /// <param name="mostTokens">Tokens are listed up to this number.</param>
    public TokenizedText Tokenize(string text, int mostTokens)
    {
        var tokens = _texts.Describe(text, mostTokens);
        // A text that is cut keeps its special tokens, so these take the places of as many others.
        return tokens.Count > _manifest.MaxTokens
            ? new TokenizedText(tokens, _manifest.MaxTokens - tokens.Reverse().TakeWhile(token => token.IsSpecial).Count(), true)
            : new TokenizedText(tokens, tokens.Count, false);
    }

    /// <summary>The text that ids of the model's vocabulary stand for. Ids that it does not have are left
    /// out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipsSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipsSpecialTokens) => _texts.Decode(ids, skipsSpecialTokens);

    /// <summary>
    /// Ids without the special tokens that the model adds to every text, if they begin and end with all of these.
    /// </summary>
    public ReadOnlyMemory<int> WithoutFrame(ReadOnlyMemory<int> ids)
    {
        var frame = _texts.Frame([NoId]).Ids;
        var start = frame.IndexOf(NoId);
        var end = frame.Length - start - 1;
        return ids.Length >= start + end && ids.Span.StartsWith(frame[..start]) && ids.Span.EndsWith(frame[(start + 1)..])
            ? ids[start..^end]
            : ids;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ModelManifest) ? _manifest
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            (_cache as IDisposable ?? _encoder).Dispose();
        }
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<EncoderInput> inputs,
        bool areMade,
        EmbeddingGenerationOptions? options,
        CancellationToken cancellationToken)
    {
        var encoding = options as EncodingOptions ?? new EncodingOptions { Dimensions = options?.Dimensions };
        // Inputs that are made one by one need not be made for a request that has no room. Under overload that is most
        // of them.
        if (!areMade)
        {
            CheckRoom(encoding, leastTokens: 1);
        }

        var most = (int)Math.Min(encoding.MaxTotalTokens, _settings.MaxQueuedTokens);
        var (texts, positions) = _tokenizer.Tokenize([.. inputs], encoding, most, least => CheckRoom(encoding, least), cancellationToken);
        var total = positions.Sum(position => (long)texts[position].TokenCount);
        if (total > most)
        {
            throw new TooManyTokensException(total, most);
        }

        var (task, output) = (TaskOf(encoding), encoding.Normalize ? SequenceOutput.Vector : SequenceOutput.UnscaledVector);
        if (task is not null || output != SequenceOutput.Vector)
        {
            texts = Array.ConvertAll(
                texts,
                text => text with { Sequences = [.. text.Sequences.Select(sequence => sequence.For(task).For(output))] });
        }

        // Texts are most of the memory of a request. They are let go before the wait, which is long when the queue is
        // full.
        inputs = [];
        var vectors = await EncodeAsync(texts, encoding, cancellationToken).ConfigureAwait(false);
        var embeddings = Array.ConvertAll(texts, text => _final.Of(text, vectors, encoding));
        return new GeneratedEmbeddings<Embedding<float>>(positions.Select(position => embeddings[position]))
        {
            Usage = new UsageDetails { InputTokenCount = total, TotalTokenCount = total },
            AdditionalProperties = TruncatedInputs.Describe(positions.Count(position => texts[position].Truncated)),
        };
    }

    private long? TaskOf(EncodingOptions options) =>
        options.Task is { } name && _manifest.Tasks?.TryGetValue(name, out var task) == true
            ? task
            : _manifest.DefaultTask;

    // Remembered vectors need no room. With a cache, only what reaches the queue is known to need some.
    private void CheckRoom(EncodingOptions options, long leastTokens)
    {
        if (_cache is null && !options.IsBegun)
        {
            _encoder.CheckRoom(leastTokens);
        }
    }

    // Different texts may have equal ids, and long texts equal chunks. Equal sequences are run once.
    private async Task<Dictionary<Sequence, ReadOnlyMemory<float>>> EncodeAsync(
        TokenizedInput[] inputs, EncodingOptions options, CancellationToken cancellationToken)
    {
        Sequence[] sequences = [.. inputs.SelectMany(input => input.Sequences).Distinct()];
        var encoder = _cache as IEmbeddingGenerator<Sequence, Embedding<float>> ?? _encoder;
        var embeddings = await encoder.GenerateAsync(sequences, options, cancellationToken).ConfigureAwait(false);
        return sequences.Zip(embeddings).ToDictionary(pair => pair.First, pair => pair.Second.Vector);
    }
}
