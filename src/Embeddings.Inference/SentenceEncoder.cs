using System.Runtime.InteropServices;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;
using Embeddings.Vectors;
using Microsoft.Extensions.AI;

namespace Embeddings.Inference;

/// <summary>
/// A sentence encoder: texts, or token ids of the model's own vocabulary, to vectors, as sentence-transformers gives them. Results come in
/// the order of the inputs, with the tokens read as usage; equal inputs are computed once and counted each time. Thread-safe.
/// </summary>
public sealed class SentenceEncoder : IEmbeddingGenerator<string, Embedding<float>>, IEmbeddingGenerator<ReadOnlyMemory<int>, Embedding<float>>
{
    // A run of about this many tokens stays in a core's second-level cache; larger batches are slower.
    private const int RunTokens = 256;

    private static readonly EqualityComparer<ReadOnlyMemory<int>> SameIds = EqualityComparer<ReadOnlyMemory<int>>.Create(
        (x, y) => x.Span.SequenceEqual(y.Span),
        ids =>
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(ids.Span));
            return hash.ToHashCode();
        });

    private readonly ModelManifest _manifest;
    private readonly BertTextTokenizer _tokenizer;
    private readonly OnnxEncoder _encoder;
    private readonly SemaphoreSlim _lanes;
    private readonly int _laneCount;

    /// <summary>Loads a model from a directory that holds every file of its manifest.</summary>
    /// <param name="manifest">What the model is.</param>
    /// <param name="directory">Where its files are.</param>
    /// <param name="lanes">Runs at a time, one thread each; by default the processors this process may use.</param>
    /// <exception cref="ModelException">A file is missing or is not what the manifest says.</exception>
    public SentenceEncoder(ModelManifest manifest, string directory, int? lanes = null)
    {
        _manifest = manifest;
        _tokenizer = BertTextTokenizer.Read(directory, manifest);
        _encoder = new OnnxEncoder(Path.Combine(directory, manifest.Variants.GetAt(0).Value), manifest);
        _laneCount = lanes ?? Environment.ProcessorCount;
        _lanes = new SemaphoreSlim(_laneCount);
    }

    /// <summary>Embeds texts.</summary>
    /// <param name="values">The texts; an empty one is legal here.</param>
    /// <param name="options">An <see cref="EncodingOptions"/> for more than <c>Dimensions</c>.</param>
    /// <param name="cancellationToken">Ends the work between two runs.</param>
    /// <exception cref="EncodingException">An input is too long, the sum is, or the model failed.</exception>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync([.. values], (text, _, limit) => _tokenizer.Tokenize(text, limit), StringComparer.Ordinal, options, cancellationToken);

    /// <summary>Embeds token ids of the model's own vocabulary, given without [CLS] and [SEP].</summary>
    /// <inheritdoc cref="GenerateAsync(IEnumerable{string}, EmbeddingGenerationOptions?, CancellationToken)"/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<ReadOnlyMemory<int>> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        GenerateAsync([.. values], CheckIds, SameIds, options, cancellationToken);

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ModelManifest) ? _manifest
        : serviceType.IsInstanceOfType(this) ? this
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _encoder.Dispose();
        _lanes.Dispose();
    }

    private async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync<TInput>(
        TInput[] inputs,
        Func<TInput, int, int, List<int>> tokenize,
        IEqualityComparer<TInput> comparer,
        EmbeddingGenerationOptions? options,
        CancellationToken cancellationToken)
        where TInput : notnull
    {
        var encoding = options as EncodingOptions ?? new EncodingOptions { Dimensions = options?.Dimensions };
        var distinct = new Dictionary<TInput, int>(comparer);
        var places = new int[inputs.Length];
        var texts = new List<TokenizedText>();
        var total = 0L;
        for (var i = 0; i < inputs.Length; i++)
        {
            if (!distinct.TryGetValue(inputs[i], out places[i]))
            {
                cancellationToken.ThrowIfCancellationRequested();
                distinct[inputs[i]] = places[i] = texts.Count;
                texts.Add(Windows(inputs[i], i, tokenize, encoding));
            }

            total += texts[places[i]].TokenCount;
            if (total > encoding.MaxTotalTokens)
            {
                throw new TooManyTokensException(total, encoding.MaxTotalTokens);
            }
        }

        await EncodeAsync(texts, cancellationToken).ConfigureAwait(false);
        var embeddings = texts.ConvertAll(text => Finish(text, encoding.Dimensions ?? _manifest.Dimensions));
        return new GeneratedEmbeddings<Embedding<float>>(places.Select(place => embeddings[place]))
        {
            Usage = new UsageDetails { InputTokenCount = total, TotalTokenCount = total },
            AdditionalProperties = TruncatedInputs.Describe(places.Count(place => texts[place].Truncated)),
        };
    }

    private TokenizedText Windows<TInput>(TInput input, int index, Func<TInput, int, int, List<int>> tokenize, EncodingOptions options)
    {
        var room = _manifest.MaxTokens - 2;
        if (options.Truncation == Truncation.Cut)
        {
            var ids = tokenize(input, index, room + 1);
            var truncated = ids.Count > room;
            return new TokenizedText(index, [Frame(CollectionsMarshal.AsSpan(ids)[..Math.Min(ids.Count, room)])], truncated);
        }

        // One more than all inputs together may have is enough to know that this one has too many.
        var all = tokenize(input, index, (int)Math.Min(options.MaxTotalTokens + 1L, int.MaxValue));
        if (options.Truncation == Truncation.Reject && all.Count > room)
        {
            throw new InputTooLongException(index, all.Count + 2, _manifest.MaxTokens);
        }

        var windows = new List<Window>();
        for (var start = 0; start == 0 || start < all.Count; start += room)
        {
            windows.Add(Frame(CollectionsMarshal.AsSpan(all)[start..Math.Min(start + room, all.Count)]));
        }

        return new TokenizedText(index, windows, Truncated: false);
    }

    private Window Frame(ReadOnlySpan<int> ids)
    {
        var framed = new long[ids.Length + 2];
        framed[0] = _tokenizer.ClassId;
        for (var i = 0; i < ids.Length; i++)
        {
            framed[i + 1] = ids[i];
        }

        framed[^1] = _tokenizer.SeparatorId;
        return new Window(framed, _manifest.Dimensions);
    }

    private List<int> CheckIds(ReadOnlyMemory<int> input, int index, int limit)
    {
        var ids = input.Span;
        for (var i = 0; i < ids.Length; i++)
        {
            if (ids[i] < 0 || ids[i] >= _tokenizer.VocabularySize)
            {
                throw new UnknownTokenIdException(index, i, ids[i]);
            }
        }

        return [.. ids[..Math.Min(ids.Length, limit)]];
    }

    // Windows of equal length share a run, so that nothing is padded and nothing is computed for padding.
    private Task EncodeAsync(List<TokenizedText> texts, CancellationToken cancellationToken)
    {
        var runs = texts.SelectMany(text => text.Windows)
            .GroupBy(window => window.Ids.Length)
            .OrderByDescending(group => group.Key)
            .SelectMany(group => group.Chunk(Math.Max(1, RunTokens / group.Key)));
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _laneCount, CancellationToken = cancellationToken };
        return Parallel.ForEachAsync(runs, parallel, async (run, cancelled) =>
        {
            await _lanes.WaitAsync(cancelled).ConfigureAwait(false);
            try
            {
                var vectors = new float[run.Length * _manifest.Dimensions];
                _encoder.Run([.. run.SelectMany(window => window.Ids)], run.Length, vectors);
                for (var i = 0; i < run.Length; i++)
                {
                    vectors.AsSpan(i * _manifest.Dimensions, _manifest.Dimensions).CopyTo(run[i].Vector);
                }
            }
            finally
            {
                _lanes.Release();
            }
        });
    }

    private Embedding<float> Finish(TokenizedText text, int dimensions)
    {
        var vector = text.Mean();
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
