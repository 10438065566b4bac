using System.Text.Json;
using Embeddings.Tokenization.Normalizers;
using Embeddings.Tokenization.PreTokenizers;
using Embeddings.Tokenization.Reading;
using Embeddings.Tokenization.Text;

namespace Embeddings.Tokenization.Tests;

/// <summary>Single steps of a tokenizer, from the JSON that a file has for them.</summary>
internal static class Steps
{
    /// <summary>A text as a normalizer leaves it.</summary>
    public static string Normalized(string normalizer, string text) => Aligned(normalizer, text).Chars.ToString();

    /// <summary>Where each code unit of the normalized text comes from, as <c>start-end</c>.</summary>
    public static string Sources(string normalizer, string text)
    {
        var aligned = Aligned(normalizer, text);
        return string.Join(' ', Enumerable.Range(0, aligned.Length).Select(i => aligned.SourceOf(i, i + 1)).Select(
            range => $"{range.Start}-{range.End}"));
    }

    /// <summary>The pieces of a text, joined by bars.</summary>
    public static string Pieces(string preTokenizer, string text)
    {
        var aligned = new AlignedText();
        aligned.Set(text, 0, isAligned: true);
        var pieces = new Pieces();
        pieces.Add(new Piece(0, text.Length));
        pieces.EndStep();
        PreTokenizerReader.Read(Part(preTokenizer))!.PreTokenize(aligned, pieces);
        return string.Join('|', pieces.All.ToArray().Select(piece => aligned.Chars[piece.Start..piece.End].ToString()));
    }

    /// <summary>A part of a file.</summary>
    public static JsonPart Part(string json) => new(JsonDocument.Parse(json).RootElement, "part");

    /// <summary>A tokenizer from the parts of its file; those that are not given are null there.</summary>
    public static Tokenizer Tokenizer(
        string model,
        string normalizer = "null",
        string preTokenizer = "null",
        string postProcessor = "null",
        string decoder = "null",
        string addedTokens = "[]") => Tokenization.Tokenizer.Read(System.Text.Encoding.UTF8.GetBytes($$"""
            {"added_tokens": {{addedTokens}}, "normalizer": {{normalizer}}, "pre_tokenizer": {{preTokenizer}},
             "post_processor": {{postProcessor}}, "decoder": {{decoder}}, "model": {{model}}}
            """));

    private static AlignedText Aligned(string normalizer, string text)
    {
        var aligned = new AlignedText();
        aligned.Set(text, 0, isAligned: true);
        NormalizerReader.Read(Part(normalizer))!.Normalize(aligned);
        return aligned;
    }
}
