using Embeddings.Analysis.Clustering;

namespace Embeddings.Analysis.Tests.Clustering;

/// <summary>
/// Agreement and silhouettes at their ends; in between against scikit-learn in <see cref="ScikitLearnTests"/>.
/// </summary>
public sealed class ScoresTests
{
    [Fact]
    public void Labellings_that_differ_in_names_alone_agree_wholly()
    {
        Assert.Equal(1, Agreement.NormalizedMutualInformation([0, 0, 1, 2], [7, 7, -1, 0]), 1e-15);
        Assert.Equal(1, Agreement.AdjustedRandIndex([0, 0, 1, 2], [7, 7, -1, 0]));
    }

    [Fact]
    public void One_label_for_all_tells_nothing()
    {
        Assert.Equal(0, Agreement.NormalizedMutualInformation([0, 0, 1, 1], [5, 5, 5, 5]));
        Assert.Equal(0, Agreement.AdjustedRandIndex([0, 0, 1, 1], [5, 5, 5, 5]));
        Assert.Equal(1, Agreement.NormalizedMutualInformation([3, 3], [5, 5]));
        Assert.Equal(1, Agreement.AdjustedRandIndex([3, 3], [5, 5]));
    }

    [Fact]
    public void Crossed_labels_agree_less_than_chance() =>
        Assert.Equal(-0.5, Agreement.AdjustedRandIndex([0, 0, 1, 1], [0, 1, 0, 1]), 1e-15);

    [Fact]
    public void Other_counts_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Agreement.AdjustedRandIndex([1], [1, 2]));
        Assert.Throws<ArgumentException>(() => Agreement.NormalizedMutualInformation([], []));
        Assert.Throws<ArgumentException>(() => Silhouette.Mean(new float[2], 1, [0]));
        Assert.Throws<ArgumentException>(() => Silhouette.Mean(new float[2], 1, [0, -1]));
    }

    [Fact]
    public void A_silhouette_needs_two_clusters_and_is_zero_for_a_lonely_row()
    {
        Assert.Null(Silhouette.Mean(new float[] { 1, 2, 3 }, 1, [4, 4, 4]));
        // Row 0: a = 1, b = 9, 8/9. Row 1: a = 1, b = 8, 7/8. Row 2 is alone.
        var mean = Silhouette.Mean(new float[] { 1, 2, 10 }, 1, [0, 0, 1])!.Value;
        Assert.Equal(((8 / 9.0) + (7 / 8.0)) / 3, mean, 1e-12);
    }
}
