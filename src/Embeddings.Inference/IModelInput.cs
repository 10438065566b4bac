namespace Embeddings.Inference;

/// <summary>
/// One input of a model. The scheduler knows only what the input costs, and which others it can share a batch with.
/// </summary>
internal interface IModelInput
{
    /// <summary>Time that it takes, in tokens of a text that would take as long.</summary>
    int Cost { get; }

    /// <summary>How it lies in memory.</summary>
    Shape Shape { get; }
}

/// <summary>
/// How an input lies in memory. Inputs of one layout can share a batch, in which the shorter ones are padded to the
/// longest.
/// </summary>
/// <param name="Layout">What the axes are: <c>text</c>, and for which task.</param>
/// <param name="Length">Steps along the axis that can be padded: tokens of a text.</param>
internal readonly record struct Shape(string Layout, int Length);
