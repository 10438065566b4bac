using System.Text.Json;

namespace Embeddings.Tokenization.Tests.Reference;

/// <summary>Models of a few tokens, and texts of their letters and some more, from one seed.</summary>
internal static class RandomModels
{
    private static readonly string[] Letters = ["a", "b", "c", "▁", "é", "日", "𐌰"];

    /// <summary>Words of letters that the models know, and of some that they do not.</summary>
    public static List<string> Texts(Random random, int count) => [.. Enumerable.Range(0, count).Select(
        _ => string.Concat(Enumerable.Range(0, random.Next(1, 90)).Select(
            _ => random.Next(8) switch { 0 => " ", 1 => "x", 2 when random.Next(4) == 0 => "<m>", _ => Letters[random.Next(Letters.Length)] })))];

    /// <summary>One added token with random flags.</summary>
    public static string AddedTokens(Random random) => Write(new[]
    {
        new
        {
            id = 1000,
            content = "<m>",
            single_word = random.Next(4) == 0,
            lstrip = Coin(random),
            rstrip = Coin(random),
            normalized = Coin(random),
            special = Coin(random),
        },
    });

    public static string WordPiece(Random random)
    {
        var tokens = Letters.SelectMany(letter => new[] { letter, $"##{letter}" }).Where(_ => random.Next(5) > 0)
            .Concat(Pieces(random, 30)).Concat(Pieces(random, 30).Select(piece => $"##{piece}"));
        return Write(new
        {
            type = "WordPiece",
            unk_token = "[UNK]",
            continuing_subword_prefix = "##",
            max_input_chars_per_word = random.Next(5, 100),
            vocab = Vocabulary(tokens.Prepend("[UNK]")),
        });
    }

    public static string Unigram(Random random)
    {
        var bytes = Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>");
        var hasBytes = Coin(random);
        var tokens = Letters.Where(_ => random.Next(5) > 0).Concat(Pieces(random, 40)).Distinct().Prepend("<unk>").Concat(hasBytes ? bytes : []);
        return Write(new
        {
            type = "Unigram",
            unk_id = 0,
            byte_fallback = hasBytes,
            // Halves and quarters make equal sums, which show which of equal cuts is taken.
            vocab = tokens.Select(token => new object[] { token, -random.Next(1, 40) / 4.0 }),
        });
    }

    public static string Bpe(Random random)
    {
        // Each merge makes a token of two that are there already.
        var suffix = random.Next(3) == 0 ? "</w>" : null;
        // Upstream's offsets also slip by the bytes of a suffix. No model has both.
        var fallsBack = suffix is null && Coin(random);
        var tokens = Letters.Where(_ => random.Next(5) > 0).Concat(suffix is null ? [] : Letters.Select(letter => letter + suffix))
            .Prepend("<unk>").ToList();
        var merges = new List<string[]>();
        for (var i = 0; i < 40; i++)
        {
            string[] pair = [tokens[random.Next(1, tokens.Count)], tokens[random.Next(1, tokens.Count)]];
            if (suffix is not null && pair[0].EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }

            merges.Add(pair);
            if (!tokens.Contains(string.Concat(pair)))
            {
                tokens.Add(string.Concat(pair));
            }
        }

        return Write(new
        {
            type = "BPE",
            dropout = (double?)null,
            // Without one, characters are left out, and upstream's offsets of what follows slip.
            unk_token = "<unk>",
            continuing_subword_prefix = (string?)null,
            end_of_word_suffix = suffix,
            fuse_unk = Coin(random),
            byte_fallback = fallsBack,
            ignore_merges = random.Next(4) == 0,
            vocab = Vocabulary(tokens.Concat(fallsBack ? Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>") : [])),
            merges,
        });
    }

    private static bool Coin(Random random) => random.Next(2) == 0;

    private static IEnumerable<string> Pieces(Random random, int count) => Enumerable.Range(0, count).Select(
        _ => string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => Letters[random.Next(Letters.Length)]))).ToList();

    private static Dictionary<string, int> Vocabulary(IEnumerable<string> tokens) =>
        tokens.Distinct().Select((token, id) => (token, id)).ToDictionary(entry => entry.token, entry => entry.id);

    private static string Write<T>(T model) => JsonSerializer.Serialize(model);
}
