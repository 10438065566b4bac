namespace Embeddings.Inference.Models;

/// <summary>A model cannot be used; the message is a sentence for the operator that says what to do.</summary>
public sealed class ModelException : Exception
{
    /// <summary>With the sentence.</summary>
    public ModelException(string message)
        : base(message)
    {
    }

    /// <summary>With the sentence and what led to it.</summary>
    public ModelException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Whether the hub has no such model, or none that it gives to this caller.</summary>
    public bool IsUnknown { get; init; }
}
