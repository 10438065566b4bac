namespace Embeddings.Analysis.Projection;

/// <summary>What a UMAP layout looks like; the defaults are umap-learn's.</summary>
public sealed record UmapOptions : LayoutOptions
{
    /// <summary>Coordinates of a position, 1 to 64.</summary>
    public int Dimensions { get; init; } = 2;

    /// <summary>
    /// Neighbours that a vector's place depends on, itself counted, at least 2; cut to the number of vectors. More show
    /// more of the whole, fewer more of the detail.
    /// </summary>
    public int Neighbors { get; init; } = 15;

    /// <summary>
    /// How near to each other positions may come, 0 to <see cref="Spread"/>; smaller makes denser clusters.
    /// </summary>
    public double MinDistance { get; init; } = 0.1;

    /// <summary>The scale of the layout.</summary>
    public double Spread { get; init; } = 1;

    /// <summary>Rounds of the layout; null for 500 up to 10,000 vectors, and 200 above.</summary>
    public int? Epochs { get; init; }

    /// <summary>Another seed gives another layout of the same quality.</summary>
    public ulong Seed { get; init; } = 42;

    internal int EpochsOf(int count) => Epochs ?? (count <= 10_000 ? 500 : 200);

    internal void Check()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Dimensions, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(Neighbors, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(MinDistance);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Spread);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MinDistance, Spread);
        ArgumentOutOfRangeException.ThrowIfNegative(Epochs ?? 0, nameof(Epochs));
    }
}
