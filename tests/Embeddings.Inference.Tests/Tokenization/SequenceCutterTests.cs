using Embeddings.Inference.Tokenization;
using Embeddings.Tokenization;

namespace Embeddings.Inference.Tests.Tokenization;

public sealed class SequenceCutterTests
{
    [Fact]
    public void A_text_never_has_fewer_tokens_than_were_found_without_tokenizing_it()
    {
        using var model = new TinyModel(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "##b"], new float[8]);
        var tokenizer = ModelTokenizer.Read(model.Folder, model.Manifest);
        var random = new Random(3);
        // Letters, what is dropped, what separates, what stands alone, halves of surrogate pairs.
        int[][] kinds = [[.. "ab"], [0x1, 0x7F, 0xAD, 0x200B, 0x300, 0x20D0], [' ', '\n', '\t', 0xA0, 0x2003], [0x4E00, '.', '-'], [0xD800, 0xDC00], [.. Enumerable.Range(0, 0x10000)]];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => kinds[random.Next(kinds.Length)]).Select(kind => (char)kind[random.Next(kind.Length)]));
            var found = tokenizer.LeastTokens(text);
            Assert.True(
                found <= tokenizer.Tokenize(text, int.MaxValue).Count,
                $"{found}: {string.Join(' ', text.Select(character => $"{(int)character:X4}"))}");
        }

        Assert.Equal(3, tokenizer.LeastTokens("one two\nthree ... \u0001 \u0301"));
    }

    [Theory]
    [InlineData("a b c d e", null, "[CLS] c d e [SEP]", true)]
    [InlineData("c d e", null, "[CLS] c d e [SEP]", false)]
    [InlineData("a", null, "[CLS] a [SEP]", false)]
    [InlineData("b c d e", "a ", "[CLS] a d e [SEP]", true)]
    [InlineData("d e", "a ", "[CLS] a d e [SEP]", false)]
    // A prompt as long as a sequence would leave no room for the text.
    [InlineData("d e", "a b c ", "[CLS] c d e [SEP]", true)]
    public void A_text_is_cut_at_its_start_behind_its_prompt(string text, string? prompt, string read, bool isCut)
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "c", "d", "e"];
        using var model = new TinyModel(vocabulary, new float[vocabulary.Length]);
        var cutter = new SequenceCutter(ModelTokenizer.Read(model.Folder, model.Manifest), maxTokens: 5);
        var options = new EncodingOptions { TruncationSide = TruncationSide.Start, Prompt = prompt };
        var cut = cutter.Cut(new EncoderInput(prompt + text, default), 0, options);
        Assert.Equal(read, string.Join(' ', cut.Sequences.Single().Ids.ToArray().Select(id => vocabulary[id])));
        Assert.Equal(isCut, cut.Truncated);
    }

    [Fact]
    public void A_text_whose_start_is_cut_has_no_more_tokens_than_a_request_may_have()
    {
        string[] vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];
        using var model = new TinyModel(vocabulary, new float[vocabulary.Length]);
        var cutter = new SequenceCutter(ModelTokenizer.Read(model.Folder, model.Manifest), maxTokens: 5);
        var options = new EncodingOptions { TruncationSide = TruncationSide.Start, MaxTotalTokens = 8 };
        Assert.True(cutter.Cut(new EncoderInput("a a a a a a a a", default), 0, options).Truncated);
        Assert.Throws<TooManyTokensException>(
            () => cutter.Cut(new EncoderInput("a a a a a a a a a", default), 0, options));
    }
}
