using Embeddings.Inference.Models;
using Embeddings.Tokenization;

namespace Embeddings.Inference.Tokenization;

/// <summary>A model's tokenizer as encoders ask it. Thread-safe.</summary>
/// <param name="tokenizer">What the model's files describe.</param>
internal sealed class ModelTokenizer(Tokenizer tokenizer) : ITokenizer
{
    /// <inheritdoc/>
    public int VocabularySize => tokenizer.VocabularySize;

    /// <inheritdoc/>
    public int SpecialTokens { get; } = tokenizer.SpecialTokens(isPair: false);

    /// <summary>Reads the tokenizer of a model's directory, from those of its files that the manifest lists.</summary>
    /// <exception cref="ModelException">The files are missing or name a kind of tokenizer that is not
    /// known.</exception>
    public static ModelTokenizer Read(string directory, ModelManifest manifest) => new(
        manifest.Tokenizer == "wordpiece"
            ? TokenizerFiles.Read(directory, [.. manifest.Files.Select(file => file.Path)])
            : TokenizerFiles.ReadAny(directory));

    /// <inheritdoc/>
    public List<int> Tokenize(ReadOnlySpan<char> text, int limit) => tokenizer.Tokenize(text, limit);

    /// <inheritdoc/>
    public IReadOnlyList<Token> Describe(string text, int limit)
    {
        var most = (int)Math.Min((long)limit + SpecialTokens, int.MaxValue);
        var encoded = tokenizer.Encode(text, new EncodeOptions { Truncation = new TruncationOptions(most) });
        return [.. encoded.Ids.Select((id, i) =>
        {
            var (start, stop) = encoded.Ranges[i];
            return encoded.IsSpecial[i]
                ? new Token(id, tokenizer.TokenOf(id) ?? "", true, null, null)
                : new Token(id, text[start..stop], false, start, stop);
        })];
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> ids, bool skipsSpecialTokens) => tokenizer.Decode(ids, skipsSpecialTokens);

    /// <inheritdoc/>
    public int LeastTokens(string text) => tokenizer.LeastTokens(text);

    /// <inheritdoc/>
    public Sequence Frame(ReadOnlySpan<int> ids) => new(tokenizer.Frame(ids).Ids);

    /// <inheritdoc/>
    public Sequence FramePair(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        var (ids, types) = tokenizer.Frame(first, second, isPair: true);
        return new Sequence(ids, Array.IndexOf(types, 1) is >= 0 and var secondStart ? secondStart : null);
    }
}
