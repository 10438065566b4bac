namespace Embeddings.Inference.Tests;

/// <summary>
/// The first six numbers of vectors that sentence-transformers gives with the weights of all-MiniLM-L6-v2.
/// </summary>
public static class GoldenValues
{
    /// <summary>How far a number may be from the golden one.</summary>
    public const float Tolerance = 1e-6f;

    public static TheoryData<string, float[]> All => new()
    {
        { "This is an example sentence", [0.06765693f, 0.06349593f, 0.04871314f, 0.07930495f, 0.03744806f, 0.00265273f] },
        { "Each sentence is converted.", [0.07853645f, 0.08856265f, -0.00209270f, -0.00717247f, -0.01252624f, 0.01881747f] },
        { "", [-0.11883835f, 0.04829856f, -0.00254805f, -0.01101118f, 0.05195070f, 0.01029179f] },
        { "Café déjà vu — 東京", [0.05083271f, 0.00967685f, 0.09635572f, -0.00997369f, -0.01987603f, 0.01692343f] },
    };
}
