using System.Text.Json;
using Embeddings.Tokenization.AddedTokens;
using Embeddings.Tokenization.Decoders;
using Embeddings.Tokenization.Models;
using Embeddings.Tokenization.Normalizers;
using Embeddings.Tokenization.PostProcessors;
using Embeddings.Tokenization.PreTokenizers;
using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization;

/// <summary>
/// A model's tokenizer as its <c>tokenizer.json</c> describes it, with the ids that Hugging Face's library gives. The
/// truncation and padding of the file are not used: the caller says what it wants. Thread-safe.
/// </summary>
public sealed class Tokenizer
{
    private readonly TextTokenizer _texts;
    private readonly Vocabulary _vocabulary;
    private readonly PostProcessing _postProcessing;
    private readonly IDecoder? _decoder;
    private readonly Dictionary<int, AddedToken> _addedById;
    private readonly Dictionary<string, int> _addedIds;

    private Tokenizer(JsonPart root)
    {
        var model = ModelReader.Read(root["model"]);
        var normalizer = NormalizerReader.Read(root["normalizer"]);
        var added = AddedToken.Read(root["added_tokens"], model.Vocabulary);
        _vocabulary = model.Vocabulary;
        _postProcessing = PostProcessorReader.Read(root["post_processor"]);
        _decoder = DecoderReader.Read(root["decoder"]);
        _addedById = added.ToDictionary(token => token.Id);
        _addedIds = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var token in added)
        {
            _addedIds[token.Content] = token.Id;
        }

        _texts = new TextTokenizer(
            normalizer, PreTokenizerReader.Read(root["pre_tokenizer"]), model, added, _postProcessing.Trims);
        VocabularySize = Math.Max(_vocabulary.Size, added.Select(token => token.Id + 1).DefaultIfEmpty().Max());
    }

    /// <summary>One more than the largest id.</summary>
    public int VocabularySize { get; }

    /// <summary>Reads a tokenizer.</summary>
    /// <param name="json">The content of a <c>tokenizer.json</c>, in UTF-8.</param>
    /// <exception cref="TokenizerFormatException">It is not JSON, lacks something, or has an unknown kind.</exception>
    public static Tokenizer Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = new JsonPart(document.RootElement, "");
            return root["model"].IsObject ? new Tokenizer(root) : throw root["model"].Wrong("is not an object");
        }
        catch (JsonException exception)
        {
            throw new TokenizerFormatException($"It is not JSON: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is InvalidOperationException or FormatException)
        {
            // Halves of surrogate pairs, or a charsmap that is not Base64.
            throw new TokenizerFormatException($"It has not the form of a tokenizer: {exception.Message}", exception);
        }
    }

    /// <summary>Special tokens that are added round one text or two.</summary>
    public int SpecialTokens(bool isPair) =>
        _postProcessing.Parts(isPair).Count(part => part.Source == FramePart.SpecialToken);

    /// <summary>The id of a token; null if there is none.</summary>
    public int? IdOf(string token) =>
        _addedIds.TryGetValue(token, out var added) ? added
        : _vocabulary.IdOf(token) is >= 0 and var id ? id
        : null;

    /// <summary>The token of an id; null if there is none.</summary>
    public string? TokenOf(int id) =>
        _addedById.TryGetValue(id, out var added) ? added.Content : _vocabulary.TokenOf(id);

    /// <summary>
    /// The ids of a text without special tokens round them. What lies behind the limit is not looked at, so a caller
    /// that wants to know whether a text is longer asks for one more than it needs.
    /// </summary>
    /// <param name="text">The text. Lone surrogates count as U+FFFD.</param>
    /// <param name="limit">How many ids at most.</param>
    public List<int> Tokenize(ReadOnlySpan<char> text, int limit = int.MaxValue)
    {
        var buffers = Buffers.Rent();
        _texts.Tokenize(text, limit, hasRanges: false, buffers);
        var ids = new List<int>(buffers.Tokens.Count);
        ids.AddRange(buffers.Tokens.Ids);
        buffers.Return();
        return ids;
    }

    /// <summary>Ids that a text has at least, special tokens left out, found without tokenizing it.</summary>
    public int LeastTokens(ReadOnlySpan<char> text) => _texts.LeastTokens(text);

    /// <summary>One text as the model reads it.</summary>
    /// <exception cref="ArgumentException">The text cannot be cut as asked.</exception>
    public TokenizedText Encode(string text, EncodeOptions? options = null) => Encode(text, null, options);

    /// <summary>Two texts as the model reads them together; only one if the second is null.</summary>
    /// <exception cref="ArgumentException">The texts cannot be cut as asked.</exception>
    public TokenizedText Encode(string first, string? second, EncodeOptions? options = null)
    {
        options ??= EncodeOptions.Default;
        var parts = _postProcessing.Parts(second is not null).Where(
            part => options.AddsSpecialTokens || part.Source != FramePart.SpecialToken).ToList();
        var limit = options.Truncation is { Side: TruncationSide.End } ? options.Truncation.MaxTokens : int.MaxValue;
        var tokens = new[] { Tokens.Of(_texts, first, limit), Tokens.Of(_texts, second ?? "", limit) };
        if (options.Truncation is { } truncation)
        {
            var special = parts.Count(part => part.Source == FramePart.SpecialToken);
            var kept = truncation.Keep(tokens[0].Count, second is null ? null : tokens[1].Count, special);
            tokens[0].Shorten(kept.First, truncation.Side);
            tokens[1].Shorten(kept.Second, truncation.Side);
        }

        return Assemble(parts, tokens);
    }

    /// <summary>The ids of one text or two with the model's special tokens, and the type of each.</summary>
    /// <param name="first">Ids of the first text.</param>
    /// <param name="second">Ids of the second text.</param>
    /// <param name="isPair">Whether there is a second text.</param>
    public (int[] Ids, int[] TypeIds) Frame(
        ReadOnlySpan<int> first, ReadOnlySpan<int> second = default, bool isPair = false)
    {
        var parts = _postProcessing.Parts(isPair);
        var count = 0;
        foreach (var part in parts)
        {
            count += part.Source switch
            {
                FramePart.FirstText => first.Length,
                FramePart.SecondText => second.Length,
                _ => 1,
            };
        }

        var (ids, types, position) = (new int[count], new int[count], 0);
        foreach (var part in parts)
        {
            var own = part.Source switch
            {
                FramePart.FirstText => first,
                FramePart.SecondText => second,
                _ => [part.Id],
            };
            own.CopyTo(ids.AsSpan(position));
            types.AsSpan(position, own.Length).Fill(part.TypeId);
            position += own.Length;
        }

        return (ids, types);
    }

    /// <summary>The text that ids stand for. Ids that the vocabulary does not have are left out.</summary>
    /// <param name="ids">The ids.</param>
    /// <param name="skipsSpecialTokens">Whether special tokens are left out.</param>
    public string Decode(ReadOnlySpan<int> ids, bool skipsSpecialTokens)
    {
        var tokens = new List<string>();
        foreach (var id in ids)
        {
            if (_addedById.TryGetValue(id, out var added))
            {
                if (!added.IsSpecial || !skipsSpecialTokens)
                {
                    tokens.Add(added.IsNormalized ? _texts.Normalize(added.Content) : added.Content);
                }
            }
            else if (_vocabulary.TokenOf(id) is { } token)
            {
                tokens.Add(token);
            }
        }

        return _decoder is null ? string.Join(' ', tokens)
            : tokens.Count == 0 ? ""
            : string.Concat(_decoder.Decode(tokens));
    }

    private static TokenizedText Assemble(List<FramePart> parts, Tokens[] texts)
    {
        var (ids, types) = (new List<int>(), new List<int>());
        var (ranges, indexes) = (new List<TextRange>(), new List<int>());
        foreach (var part in parts)
        {
            var text = part.Source == FramePart.SpecialToken ? null : texts[part.Source];
            var count = text?.Count ?? 1;
            ids.AddRange(text?.Ids ?? [part.Id]);
            ranges.AddRange(text?.Ranges ?? [default]);
            types.AddRange(Enumerable.Repeat(part.TypeId, count));
            indexes.AddRange(Enumerable.Repeat(part.Source, count));
        }

        return new TokenizedText(ids, types, ranges, indexes);
    }

    /// <summary>The tokens of one text.</summary>
    private sealed class Tokens
    {
        public List<int> Ids { get; } = [];

        public List<TextRange> Ranges { get; } = [];

        public int Count => Ids.Count;

        public static Tokens Of(TextTokenizer texts, string text, int limit)
        {
            var buffers = Buffers.Rent();
            texts.Tokenize(text, limit, hasRanges: true, buffers);
            var tokens = new Tokens();
            tokens.Ids.AddRange(buffers.Tokens.Ids);
            tokens.Ranges.AddRange(buffers.Tokens.Ranges);
            buffers.Return();
            return tokens;
        }

        public void Shorten(int count, TruncationSide side)
        {
            var start = side == TruncationSide.End ? count : 0;
            Ids.RemoveRange(start, Count - count);
            Ranges.RemoveRange(start, Ranges.Count - count);
        }
    }
}
