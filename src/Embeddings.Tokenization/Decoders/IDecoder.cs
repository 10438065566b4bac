namespace Embeddings.Tokenization.Decoders;

/// <summary>A step from tokens back to text. Thread-safe.</summary>
internal interface IDecoder
{
    /// <summary>Rewrites the tokens; joined without anything between them they are the text.</summary>
    List<string> Decode(List<string> tokens);
}
