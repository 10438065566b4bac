using System.Text;
using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.Tests;

/// <summary>Files that cannot be used are refused when they are read, with a sentence that says what is wrong where.</summary>
public sealed class TokenizerFileTests
{
    private const string Model = """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0}}""";

    [Theory]
    [InlineData("normalizer", """{"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Magic"}]}""", "normalizer.normalizers[1]", "'Magic'")]
    [InlineData("pre_tokenizer", """{"type": "Sorcery"}""", "pre_tokenizer", "'Sorcery'")]
    [InlineData("post_processor", """{"type": "Trick"}""", "post_processor", "'Trick'")]
    [InlineData("decoder", """{"type": "Spell"}""", "decoder", "'Spell'")]
    [InlineData("model", """{"type": "Charm"}""", "model", "'Charm'")]
    [InlineData("normalizer", """{"type": "Prepend"}""", "normalizer.prepend", "not a string")]
    [InlineData("normalizer", """{"type": "Precompiled", "precompiled_charsmap": "AAAA"}""", "normalizer.precompiled_charsmap", "table")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "\\p{Han}"}, "behavior": "Isolated"}""", "pre_tokenizer.pattern", "\\p{Han}")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"Regex": "[[:alpha:]]"}, "behavior": "Isolated"}""", "pre_tokenizer.pattern", "[:alpha:]")]
    [InlineData("pre_tokenizer", """{"type": "Split", "pattern": {"String": "a"}, "behavior": "Odd"}""", "pre_tokenizer.behavior", "'Odd'")]
    [InlineData("model", """{"type": "BPE", "vocab": {"a": 0}, "merges": ["a b"]}""", "model.merges[0]", "'b'")]
    [InlineData("model", """{"type": "WordPiece", "unk_token": "[UNK]", "vocab": {"a": 0}}""", "model.vocab", "[UNK]")]
    [InlineData("model", """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": -1}}""", "model.vocab.u", "-1")]
    [InlineData("model", """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 2000000000}}""", "model.vocab.u", "10000000")]
    [InlineData("model", """{"type": "Unigram", "unk_id": 3, "vocab": [["a", -1]]}""", "model.unk_id", "3")]
    [InlineData("added_tokens", """[{"content": "a", "id": 1.5}]""", "added_tokens[0].id", "1.5")]
    public void A_wrong_part_is_named(string part, string json, string path, string word)
    {
        var file = part == "model" ? $$"""{"model": {{json}}}""" : $$"""{"model": {{Model}}, "{{part}}": {{json}}}""";
        var exception = Assert.Throws<TokenizerFormatException>(() => Tokenizer.Read(Encoding.UTF8.GetBytes(file)));
        Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(word, exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"model": null}""")]
    [InlineData("""{"model": {"type": "WordLevel", "unk_token": "\ud800", "vocab": {"u": 0}}}""")]
    public void What_is_no_tokenizer_is_refused(string file) =>
        Assert.Throws<TokenizerFormatException>(() => Tokenizer.Read(Encoding.UTF8.GetBytes(file)));

    [Fact]
    public void The_files_own_truncation_and_padding_are_not_used()
    {
        var tokenizer = Tokenizer.Read(Encoding.UTF8.GetBytes($$$"""
            {"model": {{{Model}}}, "pre_tokenizer": {"type": "WhitespaceSplit"},
             "truncation": {"max_length": 1}, "padding": {"strategy": {"Fixed": 9}, "pad_id": 5}}
            """));
        Assert.Equal([0, 0, 0], tokenizer.Encode("a b c").Ids);
    }
}
