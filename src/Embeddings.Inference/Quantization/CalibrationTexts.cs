using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Quantization;

/// <summary>Texts of many kinds that show what activations a model has: single sentences, and all of them as passages of four.</summary>
internal static class CalibrationTexts
{
    private const int SentencesAPassage = 4;

    /// <summary>Their ids, [CLS] and [SEP] included, cut to what the model takes.</summary>
    public static IReadOnlyList<long[]> Read(BertTextTokenizer tokenizer, ModelManifest manifest)
    {
        using var reader = new StreamReader(typeof(CalibrationTexts).Assembly.GetManifestResourceStream("calibration.txt")!);
        var sentences = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return [.. sentences.Concat(sentences.Chunk(SentencesAPassage).Select(passage => string.Join(' ', passage)))
            .Select(text => (long[])[tokenizer.ClassId, .. tokenizer.Tokenize(text, manifest.MaxTokens - 2).Take(manifest.MaxTokens - 2).Select(id => (long)id), tokenizer.SeparatorId])];
    }
}
