namespace Embeddings.Benchmarks.Throughput;

/// <summary>Texts of chosen lengths, no two of them equal, always the same ones.</summary>
internal sealed class TextSource
{
    private const int ShortestWord = 2;
    private const int LongestWord = 7;

    private readonly Random _random = new(20260101);
    private readonly MeasuredModel _model;
    private readonly string[] _words;
    private readonly string[] _sentenceWords;
    private readonly HashSet<string> _given = [];

    /// <param name="model">Whose vocabulary the words are from.</param>
    /// <param name="sentences">Texts for natural ones; may be empty.</param>
    public TextSource(MeasuredModel model, IEnumerable<string> sentences)
    {
        _model = model;
        _words = [.. File.ReadLines(Path.Combine(model.Folder, "vocab.txt"))
            .Where(word => word.Length is >= ShortestWord and <= LongestWord && word.All(char.IsAsciiLetterLower))];
        _sentenceWords = [.. sentences.SelectMany(sentence => sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries))];
    }

    /// <summary>A text of words that are a token each.</summary>
    /// <param name="shortest">Tokens, [CLS] and [SEP] included.</param>
    /// <param name="longest">Tokens at most.</param>
    public Text Made(int shortest, int longest) =>
        Fresh(() => string.Join(' ', Enumerable.Range(0, _random.Next(shortest, longest + 1) - 2).Select(_ => _words[_random.Next(_words.Length)])));

    /// <summary>
    /// A piece of what people wrote, if there is any; as many words as a log-normal distribution gives.
    /// </summary>
    /// <param name="median">Words of half of them.</param>
    /// <param name="spread">Standard deviation of the logarithm.</param>
    /// <param name="most">Words at most.</param>
    public Text Natural(double median, double spread, int most)
    {
        var words = _sentenceWords.Length > 0 ? _sentenceWords : _words;
        return Fresh(() =>
        {
            var count = Math.Clamp(
                (int)Math.Round(median * Math.Exp(spread * Normal())), 1, Math.Min(most, words.Length - 1));
            return string.Join(' ', words.AsSpan(_random.Next(words.Length - count), count)!);
        });
    }

    private Text Fresh(Func<string> make)
    {
        while (true)
        {
            var text = make();
            if (_given.Add(text))
            {
                return new Text(text, Math.Min(_model.Tokenizer.Tokenize(text, _model.Manifest.MaxTokens).Count + 2, _model.Manifest.MaxTokens));
            }
        }
    }

    // Box and Muller.
    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}

/// <summary>A text to embed.</summary>
/// <param name="Value">The text.</param>
/// <param name="Tokens">Tokens that the model reads, [CLS] and [SEP] included.</param>
internal readonly record struct Text(string Value, int Tokens);
