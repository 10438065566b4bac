using Embeddings.Analysis.Tests.Reference;
using Embeddings.Analysis.Topics;

namespace Embeddings.Analysis.Tests.Topics;

/// <summary>Words of texts, and their weights against scikit-learn's counts in BERTopic's formula.</summary>
public sealed class TopicWordsTests
{
    [Theory]
    [InlineData("Don't LOOK, x2 a_b!", "don look x2 a_b")]
    [InlineData("Größe ÉCOLE Ελλάδα Москва", "größe école ελλάδα москва")]
    [InlineData("東京都 と ひらがな", "東京 京都 ひら らが がな")]
    [InlineData("日本go語学", "go 語学")]
    [InlineData("हिन्दी भाषा", "हिन्दी भाषा")]
    [InlineData("𝒜𝒷 🙂 a 1 --", "𝒜𝒷")]
    [InlineData("", "")]
    public void Texts_are_split_into_words(string text, string words)
    {
        // "日本" is a pair, too, and comes first.
        var found = new List<string>();
        WordSplitter.Split(text, word => found.Add(word.ToString()));
        Assert.Equal(words.Split(' ', StringSplitOptions.RemoveEmptyEntries), found.Where(word => word != "日本"));
    }

    [Fact]
    public void A_word_of_thousands_of_characters_is_cut()
    {
        var found = new List<string>();
        WordSplitter.Split(new string('x', 5_000) + " end", word => found.Add(word.ToString()));
        Assert.Equal([new string('x', 64), "end"], found);
    }

    [Fact]
    public void Words_of_most_topics_are_left_out_in_any_language()
    {
        string[] texts =
        [
            "der hund und der knochen", "der baum und der ast", "der fisch und der teich", "der mond und der stern",
        ];
        var words = new TopicWords(texts, [0, 1, 2, 3], 4, CancellationToken.None);
        Assert.Equal(["hund", "knochen"], words.Of(0, 8).Select(word => word.Word));
    }

    [Fact]
    public async Task Weights_are_those_of_the_formula()
    {
        await PythonPeer.ScikitLearn.RequireAsync();
        // Made-up words, none a stop word, each far more frequent in some topics than in others.
        var random = new Random(31);
        string Word(int topic) => $"w{(7 * topic) + (int)(20 * Math.Pow(random.NextDouble(), 3))}x";
        string[] texts = [.. Enumerable.Range(0, 300).Select(document =>
            string.Join(' ', Enumerable.Range(0, 12).Select(_ => Word(document % 6))))];
        int[] topics = [.. Enumerable.Range(0, 300).Select(document => document % 6)];
        var theirs = await PythonPeer.ScikitLearn.AskAsync<Dictionary<string, double>[]>(
            "topics_peer.py", new { Texts = texts, Topics = topics });
        var words = new TopicWords(texts, topics, 6, CancellationToken.None);
        for (var topic = 0; topic < 6; topic++)
        {
            var ours = words.Of(topic, 10);
            Assert.Equal(10, ours.Count);
            Assert.All(ours, word => Assert.Equal(theirs[topic][word.Word], word.Weight, 1e-9));
        }
    }
}
