namespace Embeddings.Inference.Encoders;

/// <summary>A model that is loaded.</summary>
public interface ITextModel : IDisposable
{
    /// <summary>
    /// Whether it can run: no batch has run for 30 s or longer, and not all of the last 8 batches failed.
    /// </summary>
    bool IsHealthy { get; }

    /// <summary>Its counts.</summary>
    EncoderState State { get; }
}
