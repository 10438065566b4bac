using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// Texts of many kinds that show what activations a model has: single sentences, and all of them as passages of four.
/// </summary>
internal static class CalibrationTexts
{
    private const int SentencesAPassage = 4;

    /// <summary>Their ids, [CLS] and [SEP] included, cut to what the model takes.</summary>
    public static IReadOnlyList<long[]> Read(ITokenizer tokenizer, ModelManifest manifest)
    {
        using var reader = new StreamReader(typeof(CalibrationTexts).Assembly.GetManifestResourceStream("calibration.txt")!);
        var sentences = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var room = manifest.MaxTokens - tokenizer.SpecialTokens;
        return [.. sentences.Concat(sentences.Chunk(SentencesAPassage).Select(passage => string.Join(' ', passage)))
            .Select(text => Array.ConvertAll(tokenizer.Frame([.. tokenizer.Tokenize(text, room)]).Ids.ToArray(), id => (long)id))];
    }
}
