using Embeddings.Inference.Tokenization;

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
}
