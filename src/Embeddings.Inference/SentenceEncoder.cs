using System.Runtime.ExceptionServices;
using Embeddings.Inference.Models;
using Embeddings.Inference.Scheduling;
using Embeddings.Inference.Tokenization;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference;

/// <summary>
/// A sentence encoder: texts, or token ids of the model's own vocabulary, to vectors, as sentence-transformers gives them. Results come in
/// the order of the inputs, with the tokens read as usage; equal inputs are computed once and counted each time. Thread-safe.
/// </summary>
public sealed class SentenceEncoder : IEmbeddingGenerator<string, Embedding<float>>, IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>>
{
    private const int TextsAThread = 64;

    private readonly ModelManifest _manifest;
    private readonly EncoderSettings _settings;
    private readonly WindowCutter _windows;
    private readonly IBatchEncoder _encoder;
    private readonly TokenQueue _queue;
    private readonly LanePool _lanes;
    private readonly VectorCache? _cache;
    private int _disposed;
    private long _cacheHits;
    private long _cacheMisses;

    /// <summary>Loads a model from a directory that holds every file of its manifest.</summary>
    /// <param name="manifest">What the model is.</param>
    /// <param name="directory">Where its files are.</param>
    /// <param name="settings">How to work; null for the defaults.</param>
    /// <param name="time">Measures runs.</param>
    /// <param name="logger">Hears of lanes that die.</param>
    /// <exception cref="ModelException">A file is missing or is not what the manifest says.</exception>
    public SentenceEncoder(ModelManifest manifest, string directory, EncoderSettings? settings = null, TimeProvider? time = null, ILogger<SentenceEncoder>? logger = null)
        : this(
            manifest,
            BertTextTokenizer.Read(directory, manifest),
            new OnnxEncoder(Path.Combine(directory, manifest.Variants.GetAt(0).Value), manifest, (settings ?? new EncoderSettings()).Lanes),
            settings ?? new EncoderSettings(),
            time,
            logger)
    {
    }

    /// <summary>With an encoder of one's own, which goes with this.</summary>
    internal SentenceEncoder(
        ModelManifest manifest, BertTextTokenizer tokenizer, IBatchEncoder encoder, EncoderSettings settings, TimeProvider? time = null, ILogger? logger = null)
    {
        (_manifest, _settings, _encoder) = (manifest, settings, encoder);
        _windows = new WindowCutter(tokenizer, manifest.MaxTokens);
        var rate = new TokenRate(_settings.Lanes, time ?? TimeProvider.System);
        _queue = new TokenQueue(new QueueShape(_settings.Lanes, _settings.RunTokens, _settings.MaxQueuedTokens, manifest.MaxTokens, manifest.DependsOnBatch, _settings.RunOverhead), rate);
        _lanes = new LanePool(_settings.Lanes, _queue, _encoder, rate, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        _cache = _settings.CacheBytes > 0 ? new VectorCache(_settings.CacheBytes) : null;
    }

    /// <summary>Whether it can embed: every lane works, or has been replaced, and not all of the last runs failed.</summary>
    public bool IsHealthy => _lanes.IsHealthy;

    /// <summary>Counts of the encoder, for whoever watches it.</summary>
    public EncoderState State => new(_queue.Tokens, _lanes.Count, _lanes.Deaths, _cache?.Bytes ?? 0, Volatile.Read(ref _cacheHits), Volatile.Read(ref _cacheMisses));

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts; an empty one is legal here.</param>
    /// <param name="options">An <see cref="EncodingOptions"/> for more than <c>Dimensions</c>.</param>
    /// <param name="cancellationToken">Ends the work between two runs.</param>
    /// <exception cref="EncodingException">An input is too long, the sum is, or the model failed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(
            options is EncodingOptions { Prompt: { Length: > 0 } prompt } ? values.Select(text => prompt + text) : values, _windows.Tokenize, WindowCutter.FewestTokens, StringComparer.Ordinal, options, cancellationToken);

    /// <summary>Embeds token ids of the model's own vocabulary, given without [CLS] and [SEP].</summary>
    /// <inheritdoc cref="GenerateAsync(IEnumerable{string}, EmbeddingGenerationOptions?, CancellationToken)"/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<ReadOnlyMemory<int>> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync(values, _windows.Checked, ids => ids.Length, SameIds.Instance, options, cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ModelManifest) ? _manifest
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _queue.Close();
        _lanes.Dispose();
        _encoder.Dispose();
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
        var embeddings = texts.Select((text, i) => Finish(text, vectors[i], encoding.Dimensions ?? _manifest.Dimensions)).ToArray();
        return new GeneratedEmbeddings<Embedding<float>>(places.Select(place => embeddings[place]))
        {
            Usage = new UsageDetails { InputTokenCount = total, TotalTokenCount = total },
            AdditionalProperties = TruncatedInputs.Describe(places.Count(place => texts[place].Truncated)),
        };
    }

    // Equal inputs once. Many are tokenized on several threads, while lanes run what others have sent.
    private (TokenizedText[] Texts, int[] Places) Tokenize<TInput>(
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

        var texts = new TokenizedText[firsts.Count];
        var tokens = 0L;
        var unknown = 0L;
        void Read(int place)
        {
            cancellationToken.ThrowIfCancellationRequested();
            texts[place] = _windows.Cut(inputs[firsts[place]], firsts[place], ids, options);
            if (Interlocked.Add(ref tokens, texts[place].TokenCount) is var sum && sum > most)
            {
                throw new TooManyTokensException(sum, most);
            }

            if (_cache is not null)
            {
                CheckRoom(options, Interlocked.Add(ref unknown, texts[place].Windows.Where(window => _cache.Find(window) is null).Sum(window => window.Length)));
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
            Parallel.For(0, texts.Length, new ParallelOptions { MaxDegreeOfParallelism = _settings.Lanes }, Read);
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
            _queue.CheckRoom(leastTokens);
        }
    }

    // The vectors of every window of every text.
    private async Task<float[][][]> EncodeAsync(TokenizedText[] texts, EncodingOptions options, CancellationToken cancellationToken)
    {
        var vectors = Array.ConvertAll(texts, text => new float[text.Windows.Count][]);
        var missing = new List<(int Text, int Window)>();
        for (var i = 0; i < texts.Length; i++)
        {
            for (var j = 0; j < vectors[i].Length; j++)
            {
                if (_cache?.Find(texts[i].Windows[j]) is { } remembered)
                {
                    vectors[i][j] = remembered;
                }
                else
                {
                    missing.Add((i, j));
                }
            }
        }

        Count(vectors.Sum(text => text.Length) - missing.Count, missing.Count);
        if (missing.Count == 0)
        {
            return vectors;
        }

        // Different texts may have equal ids, and long ones equal parts.
        var ids = missing.Select(place => texts[place.Text].Windows[place.Window]).Distinct(IdsComparer.Instance).ToArray();
        var (job, windows) = _queue.Add(ids, cancellationToken, options.IsBegun);
        await job.Completion.ConfigureAwait(false);
        var known = windows.ToDictionary(window => window.Ids, window => window.Vector!, IdsComparer.Instance);
        foreach (var (text, window) in missing)
        {
            vectors[text][window] = known[texts[text].Windows[window]];
        }

        foreach (var (window, vector) in known)
        {
            _cache?.Add(window, vector);
        }

        return vectors;
    }

    private void Count(int hits, int misses)
    {
        if (_cache is not null)
        {
            Interlocked.Add(ref _cacheHits, hits);
            Interlocked.Add(ref _cacheMisses, misses);
        }
    }

    private Embedding<float> Finish(TokenizedText text, float[][] vectors, int dimensions)
    {
        var vector = text.Mean(vectors);
        if (text.Windows.Count > 1 && _manifest.Normalize)
        {
            VectorMath.Normalize(vector);
        }

        if (dimensions < vector.Length)
        {
            vector = vector[..dimensions];
            VectorMath.Normalize(vector);
        }

        return VectorMath.IsFinite(vector)
            ? new Embedding<float>(vector) { ModelId = _manifest.Id }
            : throw new NonFiniteVectorException(text.Index);
    }
}
