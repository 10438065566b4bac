using Embeddings.Tokenization.Decoders;

namespace Embeddings.Tokenization.Tests.Decoders;

public sealed class DecoderTests
{
    [Theory]
    [InlineData("""{"type": "WordPiece", "prefix": "##", "cleanup": true}""", "it|'|s|un|##aff|##able|!", "it ' s unaffable!")]
    [InlineData("""{"type": "WordPiece", "prefix": "##", "cleanup": false}""", "a|.", "a .")]
    [InlineData("""{"type": "ByteLevel"}""", "caf|Ã|©|Ġ!", "café !")]
    [InlineData("""{"type": "ByteLevel"}""", "Ã|日", "\uFFFD日")] // not in the alphabet: itself
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}""", "▁Hey|▁you▁", "Hey you ")]
    [InlineData("""{"type": "Metaspace", "replacement": "▁", "prepend_scheme": "never"}""", "▁Hey", " Hey")]
    [InlineData("""{"type": "ByteFallback"}""", "a|<0xC3>|<0xA9>|b|<0xC3>|<0xZZ>", "aéb\uFFFD<0xZZ>")]
    [InlineData("""{"type": "Fuse"}""", "a|b", "ab")]
    [InlineData("""{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}""", "▁a|▁", " a ")]
    [InlineData("""{"type": "Strip", "content": " ", "start": 1, "stop": 0}""", "  a | b", " a b")]
    [InlineData("""{"type": "BPEDecoder", "suffix": "</w>"}""", "a|b</w>|c</w>", "ab c")]
    [InlineData("""{"type": "CTC", "pad_token": "<pad>", "word_delimiter_token": "|", "cleanup": true}""", "h|h|<pad>|h|i", "hhi")]
    [InlineData("""
        {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
          {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        """, "▁a|<0x0A>|▁b", "a\n b")]
    public void A_kind_turns_tokens_into_text(string decoder, string tokens, string text) =>
        Assert.Equal(text, string.Concat(DecoderReader.Read(Steps.Part(decoder))!.Decode([.. tokens.Split('|')])));

    [Fact]
    public void Special_tokens_are_left_out_where_nobody_wants_them()
    {
        var tokenizer = Steps.Tokenizer(
            """{"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0, "a": 1}}""",
            addedTokens: """[{"id": 2, "content": "<s>", "special": true}, {"id": 3, "content": "<t>"}]""");
        Assert.Equal("a <t>", tokenizer.Decode([2, 1, 3, 99], skipsSpecialTokens: true));
        Assert.Equal("<s> a <t>", tokenizer.Decode([2, 1, 3, 99], skipsSpecialTokens: false));
    }
}
