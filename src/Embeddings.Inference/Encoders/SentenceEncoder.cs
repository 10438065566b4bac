using System.Runtime.ExceptionServices;
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
/// A sentence encoder: texts, or token ids of the model's own vocabulary, to vectors, as sentence-transformers gives them. Results come in
/// the order of the inputs, with the tokens read as usage; equal inputs are computed once and counted each time. Thread-safe.
/// </summary>
public sealed class SentenceEncoder : IEmbeddingGenerator<string, Embedding<float>>, IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>>
{
    private const int TextsAThread = 64;

    private readonly ModelManifest _manifest;
    private readonly EncoderSettings _settings;
    private readonly SequenceCutter _cutter;
    private readonly SequenceEncoder _encoder;
    private readonly VectorCache? _cache;
    private int _disposed;

    /// <summary>Loads a model from a directory that holds every file of its manifest.</summary>
    /// <param name="manifest">What the model is.</param>
    /// <param name="directory">Where its files are.</param>
    /// <param name="settings">How to work; null for the defaults.</param>
    /// <param name="time">Measures runs.</param>
    /// <param name="logger">Hears of workers that die.</param>
    /// <exception cref="ModelException">A file is missing or is not what the manifest says.</exception>
    public SentenceEncoder(ModelManifest manifest, string directory, EncoderSettings? settings = null, TimeProvider? time = null, ILogger<SentenceEncoder>? logger = null)
        : this(
            manifest,
            BertTextTokenizer.Read(directory, manifest),
            new OnnxEncoder(Path.Combine(directory, manifest.Variants.GetAt(0).Value), manifest, (settings ?? new EncoderSettings()).Workers),
            settings ?? new EncoderSettings(),
            time,
            logger)
    {
    }

    /// <summary>With an encoder of one's own, which goes with this.</summary>
    internal SentenceEncoder(
        ModelManifest manifest, BertTextTokenizer tokenizer, IBatchEncoder encoder, EncoderSettings settings, TimeProvider? time = null, ILogger? logger = null)
    {
        (_manifest, _settings) = (manifest, settings);
        _cutter = new SequenceCutter(tokenizer, manifest.MaxTokens);
        _encoder = new SequenceEncoder(
            encoder,
            new BatchQueueSettings(settings.Workers, settings.BatchTokens, settings.MaxQueuedTokens, manifest.MaxTokens, manifest.DependsOnBatch, settings.BatchOverhead),
            time ?? TimeProvider.System,
            logger ?? NullLogger.Instance);
        _cache = settings.CacheBytes > 0 ? new VectorCache(_encoder, settings.CacheBytes) : null;
    }

    /// <summary>Whether it can embed: every worker works, or has been replaced, and not all of the last runs failed.</summary>
    public bool IsHealthy => _encoder.Workers.IsHealthy;

    /// <summary>Counts of the encoder, for whoever watches it.</summary>
    public EncoderState State => new(
        _encoder.QueuedTokens, _encoder.Workers.Count, _encoder.Workers.Deaths, _cache?.Bytes ?? 0, _cache?.Hits ?? 0, _cache?.Misses ?? 0);

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts; an empty one is legal here.</param>
    /// <param name="options">An <see cref="EncodingOptions"/> for more than <c>Dimensions</c>.</param>
    /// <param name="cancellationToken">Ends the work between two runs.</param>
    /// <exception cref="EncodingException">An input is too long, the sum is, or the model failed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(
            options is EncodingOptions { Prompt: { Length: > 0 } prompt } ? values.Select(text => prompt + text) : values, _cutter.Tokenize, SequenceCutter.FewestTokens, StringComparer.Ordinal, options, cancellationToken);

    /// <summary>Embeds token ids of the model's own vocabulary, given without [CLS] and [SEP].</summary>
    /// <inheritdoc cref="GenerateAsync(IEnumerable{string}, EmbeddingGenerationOptions?, CancellationToken)"/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<ReadOnlyMemory<int>> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(values, _cutter.Checked, ids => ids.Length, SameIds.Instance, options, cancellationToken);

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

    private async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync<TInput>(
        IEnumerable<TInput> values,
        Func<TInput, int, int, List<int>> ids,
        Func<TInput, int> leastTokens,
        IEqualityComparer<TInput> comparer,
        EmbeddingGenerationOptions? options,
        CancellationToken cancellationToken)
        where TInput : notnull
    {
        var encoding = options as EncodingOptions ?? new EncodingOptions { Dimensions = options?.Dimensions };
        // Before inputs are made that have not been yet: under overload most requests end here. What is remembered needs no room.
        if (_cache is null && values is not IReadOnlyCollection<TInput>)
        {
            CheckRoom(encoding, leastTokens: 1);
        }

        var inputs = values.ToArray();
        var most = (int)Math.Min(encoding.MaxTotalTokens, _settings.MaxQueuedTokens);
        var (texts, places) = Tokenize(inputs, ids, leastTokens, comparer, encoding, most, cancellationToken);
        var total = places.Sum(place => (long)texts[place].TokenCount);
        if (total > most)
        {
            throw new TooManyTokensException(total, most);
        }

        // Only ids wait: the texts are most of what a request holds, and a full queue takes long.
        values = [];
        var vectors = await EncodeAsync(texts, encoding, cancellationToken).ConfigureAwait(false);
        var embeddings = Array.ConvertAll(texts, text => Finish(text, vectors, encoding.Dimensions ?? _manifest.Dimensions));
        return new GeneratedEmbeddings<Embedding<float>>(places.Select(place => embeddings[place]))
        {
            Usage = new UsageDetails { InputTokenCount = total, TotalTokenCount = total },
            AdditionalProperties = TruncatedInputs.Describe(places.Count(place => texts[place].Truncated)),
        };
    }

    // Equal inputs once. Many are tokenized on several threads, while workers run what others have sent.
    private (TokenizedInput[] Texts, int[] Places) Tokenize<TInput>(
        TInput[] inputs,
        Func<TInput, int, int, List<int>> ids,
        Func<TInput, int> leastTokens,
        IEqualityComparer<TInput> comparer,
        EncodingOptions options,
        int most,
        CancellationToken cancellationToken)
        where TInput : notnull
    {
        var distinct = new Dictionary<TInput, int>(comparer);
        var firsts = new List<int>();
        var places = new int[inputs.Length];
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!distinct.TryGetValue(inputs[i], out places[i]))
            {
                distinct[inputs[i]] = places[i] = firsts.Count;
                firsts.Add(i);
            }
        }

        // Nearly full is the rule under overload: without this, most requests would be tokenized and then refused.
        // One that is longer is cut, or refused for that below.
        var longest = options.Truncation == Truncation.Chunk ? int.MaxValue : _manifest.MaxTokens - 2;
        var least = firsts.Sum(i => 2L + Math.Min(leastTokens(inputs[i]), longest));
        if (least > most)
        {
            throw new TooManyTokensException(least, most);
        }

        if (_cache is null)
        {
            CheckRoom(options, least);
        }

        var texts = new TokenizedInput[firsts.Count];
        var tokens = 0L;
        void Read(int place)
        {
            cancellationToken.ThrowIfCancellationRequested();
            texts[place] = _cutter.Cut(inputs[firsts[place]], firsts[place], ids, options);
            if (Interlocked.Add(ref tokens, texts[place].TokenCount) is var sum && sum > most)
            {
                throw new TooManyTokensException(sum, most);
            }
        }

        if (texts.Length <= TextsAThread)
        {
            for (var place = 0; place < texts.Length; place++)
            {
                Read(place);
            }

            return (texts, places);
        }

        try
        {
            Parallel.For(0, texts.Length, new ParallelOptions { MaxDegreeOfParallelism = _settings.Workers }, Read);
        }
        catch (AggregateException exception)
        {
            // As one thread would have found it: the first input that is wrong.
            ExceptionDispatchInfo.Throw(exception.InnerExceptions.MinBy(inner => (inner as InputTooLongException)?.Index ?? (inner as UnknownTokenIdException)?.Index ?? int.MaxValue)!);
        }

        return (texts, places);
    }

    private void CheckRoom(EncodingOptions options, long leastTokens)
    {
        if (!options.IsBegun)
        {
            _encoder.CheckRoom(leastTokens);
        }
    }

    // Ids → vector. Different texts may have equal ids, and long ones equal parts: these are run once.
    private async Task<Dictionary<int[], ReadOnlyMemory<float>>> EncodeAsync(TokenizedInput[] texts, EncodingOptions options, CancellationToken cancellationToken)
    {
        int[][] ids = [.. texts.SelectMany(text => text.Sequences).Distinct(IdsComparer.Instance)];
        var encoder = _cache as IEmbeddingGenerator<int[], Embedding<float>> ?? _encoder;
        var embeddings = await encoder.GenerateAsync(ids, options, cancellationToken).ConfigureAwait(false);
        var vectors = new Dictionary<int[], ReadOnlyMemory<float>>(ids.Length, IdsComparer.Instance);
        for (var i = 0; i < ids.Length; i++)
        {
            vectors[ids[i]] = embeddings[i].Vector;
        }

        return vectors;
    }

    private Embedding<float> Finish(TokenizedInput text, Dictionary<int[], ReadOnlyMemory<float>> vectors, int dimensions)
    {
        var vector = text.Sequences.Count == 1 ? vectors[text.Sequences[0]] : text.Mean(vectors, _manifest.Normalize);
        if (dimensions < vector.Length)
        {
            var shorter = vector[..dimensions].ToArray();
            VectorMath.Normalize(shorter);
            vector = shorter;
        }

        return VectorMath.IsFinite(vector.Span)
            ? new Embedding<float>(vector) { ModelId = _manifest.Id }
            : throw new NonFiniteVectorException(text.Index);
    }
}
