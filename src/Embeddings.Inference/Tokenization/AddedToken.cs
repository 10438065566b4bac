namespace Embeddings.Inference.Tokenization;

/// <summary>
/// A token that is found in the text as it stands, before WordPiece: <c>[SEP]</c>, <c>[MASK]</c>, or one added in
/// training.
/// </summary>
/// <param name="Content">The exact text.</param>
/// <param name="Id">The model's id.</param>
/// <param name="SingleWord">Only where no word character touches it.</param>
/// <param name="StripLeft">Takes the white space before it along.</param>
/// <param name="StripRight">Takes the white space after it along.</param>
/// <param name="Normalized">Looked for after normalization rather than before.</param>
internal sealed record AddedToken(
    string Content,
    int Id,
    bool SingleWord = false,
    bool StripLeft = false,
    bool StripRight = false,
    bool Normalized = false);
