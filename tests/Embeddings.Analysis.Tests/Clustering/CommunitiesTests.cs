using Embeddings.Analysis.Clustering;
using Embeddings.Vectors;

namespace Embeddings.Analysis.Tests.Clustering;

/// <summary>Communities against a plain reading of their definition.</summary>
public sealed class CommunitiesTests
{
    [Theory]
    [InlineData(0.5f, 10)]
    [InlineData(0.8f, 5)]
    [InlineData(0.95f, 1)]
    [InlineData(0.99f, 3)]
    public void Communities_are_those_of_the_definition(float threshold, int minSize)
    {
        const int Count = 700;
        var rows = Mixture.Of(Count, 12, clusters: 20, width: 0.5);
        var expected = Plain(rows, Count, 12, threshold, minSize);
        var found = Communities.Find(rows, 12, threshold, minSize);
        Assert.NotEmpty(found);
        Assert.Equal(expected.Select(one => one.Order()), found.Select(one => one.Order()));
        Assert.Equal(expected.Select(one => one[0]), found.Select(one => one[0]));
    }

    [Fact]
    public void Any_number_of_threads_gives_the_same_communities()
    {
        var rows = Mixture.Of(3_000, 16, clusters: 30, width: 0.5);
        var prints = new[] { 1, 2, 5 }.Select(threads => Fingerprint.Of<int>(
            [.. Communities.Find(rows, 16, 0.8f, 5, threads).SelectMany(community => community.Append(-1))]));
        Assert.Single(prints.Distinct());
    }

    [Fact]
    public void Equal_rows_are_one_community_and_lonely_rows_none()
    {
        Assert.Equal([0, 1, 2, 3], Assert.Single(Communities.Find(new float[] { 1, 1, 2, 2, 3, 3, 4, 4 }, 2)));
        Assert.Empty(Communities.Find(new float[] { 1, 0, 0, 1, -1, 0 }, 2, 0.5f, minSize: 2));
        Assert.Equal([0], Assert.Single(Communities.Find(new float[] { 5, 0 }, 2)));
    }

    [Fact]
    public void What_has_no_meaning_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Communities.Find(new float[2], 2, 1.5f));
        Assert.Throws<ArgumentOutOfRangeException>(() => Communities.Find(new float[2], 2, float.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => Communities.Find(new float[2], 2, minSize: 0));
        Assert.Throws<ArgumentException>(() => Communities.Find(new float[] { 1, float.NaN }, 2));
    }

    // sentence-transformers, util.community_detection, as its documentation describes it.
    private static List<List<int>> Plain(float[] rows, int count, int dimensions, float threshold, int minSize)
    {
        var cosines = new float[count * count];
        VectorMath.ScoreMatrix(Metric.Cosine, rows, rows, dimensions, cosines);
        var all = Enumerable.Range(0, count)
            .Select(row => Enumerable.Range(0, count).Where(other => cosines[(row * count) + other] >= threshold)
                .OrderByDescending(other => cosines[(row * count) + other]).ToList())
            .Where(members => members.Count >= minSize).OrderByDescending(members => members.Count);
        var taken = new HashSet<int>();
        var communities = new List<List<int>>();
        foreach (var members in all)
        {
            var free = members.Where(row => !taken.Contains(row)).ToList();
            if (free.Count >= minSize)
            {
                communities.Add(free);
                taken.UnionWith(free);
            }
        }

        return [.. communities.OrderByDescending(community => community.Count)];
    }
}
