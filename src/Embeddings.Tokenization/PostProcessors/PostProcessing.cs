namespace Embeddings.Tokenization.PostProcessors;

/// <summary>
/// What becomes of the tokens of one text or two: which special tokens stand round them, and their types.
/// </summary>
/// <param name="Single">The parts of one text.</param>
/// <param name="Pair">The parts of two texts.</param>
/// <param name="Trims">
/// How offsets are trimmed, one after the other: a trim leaves spaces at the ends of tokens out of their offsets. True
/// where the first space of the text was put there by the pre-tokenizer.
/// </param>
internal sealed record PostProcessing(
    IReadOnlyList<FramePart> Single, IReadOnlyList<FramePart> Pair, IReadOnlyList<bool> Trims)
{
    /// <summary>No special tokens; the second text has type 1.</summary>
    public static readonly PostProcessing None = new(
        [new FramePart(FramePart.FirstText, 0, 0)],
        [new FramePart(FramePart.FirstText, 0, 0), new FramePart(FramePart.SecondText, 0, 1)],
        []);

    /// <summary>The parts of one text or two.</summary>
    public IReadOnlyList<FramePart> Parts(bool isPair) => isPair ? Pair : Single;
}

/// <summary>A part of what the model reads: a text, or a special token.</summary>
/// <param name="Source"><see cref="FirstText"/>, <see cref="SecondText"/> or <see cref="SpecialToken"/>.</param>
/// <param name="Id">The id of the special token.</param>
/// <param name="TypeId">The type of all its tokens.</param>
internal readonly record struct FramePart(int Source, int Id, int TypeId)
{
    /// <summary>The tokens of the first text.</summary>
    public const int FirstText = 0;

    /// <summary>The tokens of the second text.</summary>
    public const int SecondText = 1;

    /// <summary>One special token.</summary>
    public const int SpecialToken = -1;
}
