namespace Embeddings.Tokenization.Decoders;

/// <summary><c>Sequence</c>: one decoder after the other.</summary>
internal sealed class SequenceDecoder(IDecoder[] decoders) : IDecoder
{
    /// <inheritdoc/>
    public List<string> Decode(List<string> tokens) =>
        decoders.Aggregate(tokens, (decoded, decoder) => decoder.Decode(decoded));
}
