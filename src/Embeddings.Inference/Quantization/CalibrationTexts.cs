using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Quantization;

/// <summary>A text, or two that a reranker reads together, and what the model reads of it.</summary>
/// <param name="Text">The text; of a pair, the query.</param>
/// <param name="Document">Of a pair, the document.</param>
/// <param name="Sequence">The ids, special tokens included, cut to what the model takes.</param>
internal sealed record CalibrationText(string Text, string? Document, Sequence Sequence);

/// <summary>
/// Texts of many kinds that show what activations a model has: single sentences, and all of them as passages of four.
/// A reranker gets each sentence with a passage, which has the sentence in it or has not, in turn.
/// </summary>
internal static class CalibrationTexts
{
    private const int SentencesAPassage = 4;

    /// <summary>The texts for a model.</summary>
    public static IReadOnlyList<CalibrationText> Read(ITokenizer tokenizer, ModelManifest manifest)
    {
        using var reader = new StreamReader(
            typeof(CalibrationTexts).Assembly.GetManifestResourceStream("calibration.txt")!);
        var sentences = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string[] passages =
            [.. sentences.Chunk(SentencesAPassage).Select(passage => string.Join(' ', passage))];
        var isReranker = manifest.Kind == ModelKind.CrossEncoder && manifest.Dimensions == 1;
        var texts = isReranker
            ? sentences.Select((sentence, i) => Pair(sentence, passages[PassageOf(i) % passages.Length]))
            : sentences.Concat(passages).Select(Single);
        return [.. texts];

        // Its own passage, or the next.
        static int PassageOf(int sentence) => (sentence / SentencesAPassage) + (sentence % 2);

        CalibrationText Single(string text)
        {
            var ids = tokenizer.Tokenize(text, manifest.MaxTokens - tokenizer.SpecialTokens);
            return new(text, null, tokenizer.Frame([.. ids]).For(manifest.DefaultTask));
        }

        CalibrationText Pair(string query, string document)
        {
            var pair = new PairCutter(tokenizer, manifest.MaxTokens).CutLonger(query, document, 0, rejects: false);
            return new(query, document, pair.Sequence);
        }
    }
}
