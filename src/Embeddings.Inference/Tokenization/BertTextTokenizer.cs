using System.Buffers;
using System.Text;
using Embeddings.Inference.Models;
using Microsoft.ML.Tokenizers;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// Text → WordPiece ids, the same ids as Hugging Face's tokenizers give. The sub-word search is
/// <see cref="WordPieceTokenizer"/>; everything before it is ours, since the library's own BERT front end deletes line
/// breaks and symbols. Thread-safe.
/// </summary>
internal sealed class BertTextTokenizer : ITokenizer
{
    // Characters. Long texts are normalized piece by piece: a text that is cut at 256 tokens need not be normalized to
    // its end.
    private const int PieceLength = 4096;

    // A text may be cut before these characters. Each ends a word whatever surrounds it, and neither decomposes nor
    // combines.
    private static readonly SearchValues<char> Cuts = SearchValues.Create(" \t\r\n!\"#$%&'()*+,-./:;<=>?@[\\]^_{|}~");

    private readonly WordPieceTokenizer _wordPiece;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _words;
    private readonly AddedTokenMatcher _rawTokens;
    private readonly AddedTokenMatcher _normalizedTokens;
    private readonly BertNormalizer _normalizer;
    private readonly BertTokenSpans _spans;
    private readonly Lazy<Dictionary<int, string>> _texts;
    private readonly int _maxWordLength;
    private readonly int _class;
    private readonly int _separator;

    public BertTextTokenizer(TokenizerFiles files)
    {
        var vocabulary = new Dictionary<string, int>(files.Vocabulary, StringComparer.Ordinal);
        _words = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _wordPiece = WordPieceTokenizer.Create(AsLines(vocabulary), new WordPieceOptions
        {
            UnknownToken = files.UnknownToken,
            ContinuingSubwordPrefix = files.ContinuingPrefix,
            // The library counts UTF-16 units, and Hugging Face code points. AddWords counts these, so the library must
            // only never refuse.
            MaxInputCharsPerWord = 2 * files.MaxWordLength,
        });
        _normalizer = files.Normalizer;
        _maxWordLength = files.MaxWordLength;
        _rawTokens = new AddedTokenMatcher(files.AddedTokens.Where(token => !token.Normalized));
        _normalizedTokens = new AddedTokenMatcher(
            files.AddedTokens.Where(token => token.Normalized).Select(token => token with { Content = Normalized(token.Content) }));
        (_class, _separator) = (vocabulary[files.ClassToken], vocabulary[files.SeparatorToken]);
        VocabularySize = vocabulary.Values.Max() + 1;
        _spans = new BertTokenSpans(_normalizer, _rawTokens, _wordPiece, _maxWordLength);
        _texts = new(() => vocabulary.ToDictionary(token => token.Value, token => token.Key));
    }

    /// <inheritdoc/>
    public int VocabularySize { get; }

    /// <inheritdoc/>
    public int SpecialTokens => 2;

    /// <summary>Reads the tokenizer of a model's directory, from those of its files that the manifest lists.</summary>
    /// <exception cref="ModelException">The files are missing or name another kind of tokenizer.</exception>
    public static BertTextTokenizer Read(string directory, ModelManifest manifest) =>
        new(TokenizerFiles.Read(directory, [.. manifest.Files.Select(file => file.Path)]));

    /// <inheritdoc/>
    public List<int> Tokenize(ReadOnlySpan<char> text, int limit)
    {
        var ids = new List<int>();
        var buffer = new ArrayBufferWriter<char>(Math.Clamp(text.Length, 16, PieceLength));
        var position = 0;
        while (position < text.Length && ids.Count < limit)
        {
            var token = _rawTokens.Next(text, position);
            AddText(text[position..(token?.Start ?? text.Length)], ids, limit, buffer);
            if (token is null)
            {
                break;
            }

            ids.Add(token.Value.Id);
            position = token.Value.End;
        }

        if (ids.Count > limit)
        {
            ids.RemoveRange(limit, ids.Count - limit);
        }

        return ids;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Token> Describe(string text, int limit)
    {
        var ids = Tokenize(text, limit);
        var spans = _spans.Of(text, limit).Take(limit).ToList();
        var own = spans.Select(span => span.Id).SequenceEqual(ids)
            ? spans.Select(span => new Token(span.Id, text[span.Start..span.Stop], false, span.Start, span.Stop))
            : ids.Select(id => new Token(id, TextOf(id), false, null, null));
        return [Special(_class), .. own, Special(_separator)];
    }

    /// <inheritdoc/>
    /// <remarks>One for each word that has a letter or digit which normalization keeps.</remarks>
    public int LeastTokens(string text)
    {
        var words = 0;
        var isCounted = false;
        foreach (var character in text)
        {
            if (character is ' ' or '\n' or '\t' or '\r')
            {
                isCounted = false;
            }
            else if (!isCounted && IsKept(character))
            {
                isCounted = true;
                words++;
            }
        }

        return words;
    }

    /// <inheritdoc/>
    public Sequence Frame(ReadOnlySpan<int> ids) => new([_class, .. ids, _separator]);

    /// <inheritdoc/>
    public Sequence FramePair(ReadOnlySpan<int> first, ReadOnlySpan<int> second) =>
        new([_class, .. first, _separator, .. second, _separator], first.Length + 2);

    private Token Special(int id) => new(id, TextOf(id), true, null, null);

    private string TextOf(int id) => _texts.Value.GetValueOrDefault(id, "");

    private void AddText(ReadOnlySpan<char> text, List<int> ids, int limit, ArrayBufferWriter<char> buffer)
    {
        while (text.Length > 0 && ids.Count < limit)
        {
            var cut = PieceEnd(text);
            buffer.ResetWrittenCount();
            _normalizer.Normalize(text[..cut], buffer);
            AddNormalized(buffer.WrittenSpan, ids, limit);
            text = text[cut..];
        }
    }

    private void AddNormalized(ReadOnlySpan<char> text, List<int> ids, int limit)
    {
        var position = 0;
        while (position < text.Length && ids.Count < limit)
        {
            var token = _normalizedTokens.Next(text, position);
            AddWords(text[position..(token?.Start ?? text.Length)], ids, limit);
            if (token is null)
            {
                return;
            }

            ids.Add(token.Value.Id);
            position = token.Value.End;
        }
    }

    private void AddWords(ReadOnlySpan<char> text, List<int> ids, int limit)
    {
        var words = new BertPreTokenizer(text);
        while (ids.Count < limit && words.MoveNext())
        {
            if (words.CodePoints > _maxWordLength)
            {
                ids.Add(_wordPiece.UnknownTokenId);
            }
            else if (_words.TryGetValue(words.Word, out var id))
            {
                // The longest match wins, so a word of the vocabulary is its own token. Most words are; this saves the
                // list that the library makes.
                ids.Add(id);
            }
            else
            {
                ids.AddRange(_wordPiece.EncodeToIds(words.Word, considerPreTokenization: false, considerNormalization: false));
            }
        }
    }

    private static bool IsKept(char character) => char.IsLetterOrDigit(character)
        && !BertUnicode.Is(character, BertUnicode.Classes.Control | BertUnicode.Classes.Whitespace | BertUnicode.Classes.Combining);

    private int PieceEnd(ReadOnlySpan<char> text)
    {
        // An added token that is looked for after normalization could span a cut.
        if (text.Length <= PieceLength || !_normalizedTokens.IsEmpty)
        {
            return text.Length;
        }

        var offset = text[PieceLength..].IndexOfAny(Cuts);
        return offset < 0 ? text.Length : PieceLength + offset;
    }

    private string Normalized(string content)
    {
        var buffer = new ArrayBufferWriter<char>();
        _normalizer.Normalize(content, buffer);
        return buffer.WrittenSpan.ToString();
    }

    // The library reads a vocabulary as lines, the id being the line's number.
    private static MemoryStream AsLines(Dictionary<string, int> vocabulary)
    {
        var lines = new string[vocabulary.Values.Max() + 1];
        foreach (var (token, id) in vocabulary)
        {
            lines[id] = token;
        }

        return new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', lines)));
    }
}
