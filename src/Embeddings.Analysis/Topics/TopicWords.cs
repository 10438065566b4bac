using Embeddings.Analysis.Numerics;

namespace Embeddings.Analysis.Topics;

/// <summary>
/// Words of topics by class-based TF-IDF (M. Grootendorst, "BERTopic", 2022, with its <c>reduce_frequent_words</c>):
/// the square root of the word's share of the topic's words, times ln(1 + A / f), where f is how often the word occurs
/// in all topics and A how many words a topic has on average, rounded down.
/// </summary>
internal sealed class TopicWords
{
    // A word that is about as frequent in most topics as it is altogether says nothing about any, in every language.
    private const double CommonTopics = 0.5;
    private const double CommonShare = 0.5;

    // With fewer topics "most" has no meaning.
    private const int FewestForCommon = 4;

    private readonly List<string> _words = [];
    private readonly List<Dictionary<int, int>> _counts;
    private readonly long[] _lengths;
    private readonly List<long> _frequencies = [];
    private readonly HashSet<int> _common;

    /// <summary>Counts words, but for stop words.</summary>
    /// <param name="texts">[documents]</param>
    /// <param name="topics">[documents] from 0; negative for documents that do not count.</param>
    /// <param name="count">Number of topics.</param>
    /// <param name="cancellationToken">Checked for each document.</param>
    public TopicWords(
        IReadOnlyList<string?> texts, IReadOnlyList<int> topics, int count, CancellationToken cancellationToken)
    {
        _counts = [.. Enumerable.Range(0, count).Select(_ => new Dictionary<int, int>())];
        _lengths = new long[count];
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var document = 0; document < texts.Count; document++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var topic = topics[document];
            if (topic < 0 || texts[document] is not { } text)
            {
                continue;
            }

            WordSplitter.Split(text, word =>
            {
                if (StopWords.Contains(word))
                {
                    return;
                }

                if (!lookup.TryGetValue(word, out var number))
                {
                    number = _words.Count;
                    lookup[word] = number;
                    _words.Add(word.ToString());
                    _frequencies.Add(0);
                }

                _counts[topic][number] = _counts[topic].GetValueOrDefault(number) + 1;
                _frequencies[number]++;
                _lengths[topic]++;
            });
        }

        _common = Common();
    }

    /// <summary>
    /// The words of a topic with the largest weights, the best first; of equal ones the first in the alphabet.
    /// </summary>
    /// <param name="topic">From 0.</param>
    /// <param name="count">At most so many.</param>
    public IReadOnlyList<TopicWord> Of(int topic, int count)
    {
        var average = Math.Floor((double)_lengths.Sum() / _lengths.Length);
        return [.. _counts[topic].Where(one => !_common.Contains(one.Key))
            .Select(one => new TopicWord(_words[one.Key], Weight(topic, one.Key, one.Value, average)))
            .OrderByDescending(word => word.Weight).ThenBy(word => word.Word, StringComparer.Ordinal).Take(count)];
    }

    private double Weight(int topic, int word, int occurrences, double average) =>
        Math.Sqrt((double)occurrences / _lengths[topic]) * PortableMath.Log(1 + (average / _frequencies[word]));

    private HashSet<int> Common()
    {
        var topicsOfWord = new int[_words.Count];
        double all = _lengths.Sum();
        for (var topic = 0; topic < _counts.Count; topic++)
        {
            foreach (var (word, occurrences) in _counts[topic])
            {
                var usual = CommonShare * _frequencies[word] / all * _lengths[topic];
                topicsOfWord[word] += occurrences >= usual ? 1 : 0;
            }
        }

        var most = CommonTopics * _counts.Count;
        return _counts.Count < FewestForCommon
            ? []
            : [.. Enumerable.Range(0, _words.Count).Where(word => topicsOfWord[word] > most)];
    }
}
