using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Tests.Tokenization;

/// <summary>
/// Rules of the upstream tokenizer, one by one, on vocabularies made for them; the ids were checked against the
/// upstream library.
/// </summary>
public sealed class ModelTokenizerTests
{
    private const string Cased = """{"do_lower_case": false}""";

    private static readonly string[] Special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    [Theory]
    [InlineData("Café", "cafe")] // composed
    [InlineData("Cafe\u0301", "cafe")] // decomposed
    [InlineData("CAFE\u0301\u0323", "cafe")] // two marks
    [InlineData("a\tb\nc\rd", "a b c d")] // line breaks part words
    [InlineData("a\u0000b\u200Bc\uFFFDd", "[UNK]")] // controls vanish: abcd is one word
    [InlineData("a\u00A0b\u3000c", "a b c")] // every white space
    [InlineData("a$b^c|d", "a $ b ^ c [UNK] d")] // ASCII symbols are punctuation, each alone
    [InlineData("a東b京", "a 東 b 京")] // ideographs stand alone
    [InlineData("\uD83D\uDE00", "[UNK]")]
    [InlineData("\uD83D a", "a")] // a lone surrogate is U+FFFD, which goes
    [InlineData("İ", "i")] // capital dotted i: the dot is a mark
    [InlineData("\uAC00", "\u1100 ##\u1161")] // Hangul decomposes
    [InlineData("\u037E", ";")] // Greek question mark decomposes to punctuation
    [InlineData("[SEP]a[MASK]", "[SEP] a [MASK]")] // special tokens in the text are themselves
    [InlineData("[sep]", "[UNK] [UNK] [UNK]")] // but only as they are written
    public void An_uncased_model_reads(string text, string tokens) => AssertTokens(text, tokens, null);

    [Theory]
    [InlineData("Café cafe", "Café cafe")]
    [InlineData("CAFE", "[UNK]")]
    [InlineData("a\nb", "a b")]
    public void A_cased_model_keeps_case_and_accents(string text, string tokens) => AssertTokens(text, tokens, Cased);

    [Theory]
    [InlineData("""{"do_lower_case": true, "strip_accents": false}""", "CAFÉ", "café")]
    [InlineData("""{"do_lower_case": false, "strip_accents": true}""", "Café", "Cafe")]
    [InlineData("""{"do_lower_case": true, "strip_accents": null}""", "CAFÉ", "cafe")]
    [InlineData("""{"tokenize_chinese_chars": false}""", "東京", "東京")]
    public void The_models_own_settings_are_followed(string config, string text, string tokens) =>
        AssertTokens(text, tokens, config);

    [Fact]
    public void A_word_of_more_than_a_hundred_code_points_is_unknown()
    {
        AssertTokens(new string('a', 100), string.Join(' ', Enumerable.Repeat("##a", 99).Prepend("a")), null);
        AssertTokens(new string('a', 101), "[UNK]", null);

        // Counted in code points: 60 of these are 120 UTF-16 units.
        AssertTokens(
            string.Concat(Enumerable.Repeat("\U00010330", 60)),
            string.Join(' ', Enumerable.Repeat("##\U00010330", 59).Prepend("\U00010330")),
            null);
    }

    [Fact]
    public void A_long_text_cut_in_pieces_gives_what_it_gives_whole()
    {
        using var model = Model(null);
        var tokenizer = ModelTokenizer.Read(model.Folder, model.Manifest);
        var sentence = "café, 東京\u0301 a$b e\u0323\u0301\n";
        var one = tokenizer.Tokenize(sentence, int.MaxValue);
        var many = tokenizer.Tokenize(string.Concat(Enumerable.Repeat(sentence, 2000)), int.MaxValue);
        Assert.Equal(Enumerable.Repeat(one, 2000).SelectMany(ids => ids), many);
        Assert.Equal(many.Take(777), tokenizer.Tokenize(string.Concat(Enumerable.Repeat(sentence, 2000)), 777));
    }

    [Fact]
    public void Added_tokens_follow_their_flags()
    {
        const string json = """
            {"added_tokens": [
              {"id": 3, "content": "[SEP]", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true},
              {"id": 5, "content": "a", "single_word": true, "lstrip": false, "rstrip": false, "normalized": false, "special": false},
              {"id": 4, "content": "[MASK]", "single_word": false, "lstrip": true, "rstrip": true, "normalized": false, "special": true},
              {"id": 10, "content": "B!", "single_word": false, "lstrip": false, "rstrip": false, "normalized": true, "special": false}],
             "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true},
             "pre_tokenizer": {"type": "BertPreTokenizer"},
             "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100,
               "vocab": {"[PAD]": 0, "[UNK]": 1, "[CLS]": 2, "[SEP]": 3, "[MASK]": 4, "a": 5, "b!": 6, "b": 7, "!": 8, "##a": 9}}}
            """;
        using var model = new TinyModel(["x"], [0], tokenizerJson: json);
        var tokenizer = ModelTokenizer.Read(model.Folder, model.Manifest);
        Assert.Equal([5, 5], tokenizer.Tokenize("a a", 9)); // alone: the added token
        Assert.Equal([7, 9, 8], tokenizer.Tokenize("ba!", 9)); // touched by a word: not
        Assert.Equal([10, 10], tokenizer.Tokenize("B! b!", 9)); // after lowering
        Assert.Equal([7, 4, 7], tokenizer.Tokenize("b [MASK] b", 9));
    }

    [Fact]
    public void A_file_that_the_manifest_does_not_vouch_for_is_not_read()
    {
        using var model = Model(null);
        File.WriteAllText(Path.Combine(model.Folder, "tokenizer_config.json"), """{"do_lower_case": false}""");
        var before = ModelTokenizer.Read(model.Folder, model.Manifest).Tokenize("Cafe", 9);
        Assert.Equal("cafe", File.ReadAllLines(Path.Combine(model.Folder, "vocab.txt"))[Assert.Single(before)]);
    }

    [Theory]
    [InlineData("""{"model": {"type": "Unigram"}}""", "Unigram")]
    [InlineData("""{"normalizer": {"type": "NFKC"}}""", "NFKC")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"a": "b"}}}""", "form")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"a": 1}}}""", "[UNK]")]
    [InlineData("""{"model": {"type": "WordPiece", "vocab": {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "a": -1}}}""", "the id -1")]
    public void Files_of_another_tokenizer_are_refused_with_a_sentence(string json, string part)
    {
        using var model = new TinyModel([.. Special, "a"], new float[6], tokenizerJson: json);
        var exception = Assert.Throws<ModelException>(() => ModelTokenizer.Read(model.Folder, model.Manifest));
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.Contains(model.Folder, exception.Message, StringComparison.Ordinal);
    }

    private static TinyModel Model(string? config)
    {
        string[] vocabulary =
        [
            .. Special, "cafe", "café", "Café", "Cafe", "a", "##a", "b", "c", "d", "$", "^", ",", ";", "東", "京", "東京", "e", "i",
            "\u1100", "##\u1161", "\U00010330", "##\U00010330",
        ];
        return new TinyModel(vocabulary, new float[vocabulary.Length], tokenizerConfig: config);
    }

    private static void AssertTokens(string text, string tokens, string? config)
    {
        using var model = Model(config);
        var vocabulary = File.ReadAllLines(Path.Combine(model.Folder, "vocab.txt"));
        var ids = ModelTokenizer.Read(model.Folder, model.Manifest).Tokenize(text, int.MaxValue);
        Assert.Equal(tokens, string.Join(' ', ids.Select(id => vocabulary[id])));
    }

    [Fact]
    public void Two_texts_are_framed_together_and_the_second_has_another_type()
    {
        using var model = new TinyModel(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b"], new float[7]);
        var tokenizer = ModelTokenizer.Read(model.Folder, model.Manifest);
        Assert.Equal(new Sequence([2, 5, 3]), tokenizer.Frame([5]));
        Assert.Equal(new Sequence([2, 5, 3, 6, 6, 3], firstLength: 3), tokenizer.FramePair([5], [6, 6]));
        Assert.NotEqual(new Sequence([2, 5, 3, 6, 6, 3]), tokenizer.FramePair([5], [6, 6]));
    }
}
