using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Tests.Index;

public sealed class FlatIndexViewTests
{
    private readonly FlatIndex _index = new(2, Metric.InnerProduct);

    [Fact]
    public void A_view_keeps_its_rows_and_its_companion_while_others_are_written()
    {
        _index.Apply([], [1, 2], [1, 0, 2, 0], "first");
        using var view = _index.Enter();
        _index.Apply([2], [1, 3], [9, 0, 8, 0], "second");

        Assert.Equal(
            [new Hit(2, 2), new Hit(1, 1)],
            view.SearchBatch([1, 0], 5, null, null, TestContext.Current.CancellationToken)[0]);
        Assert.Equal("first", view.Companion);
        using var later = _index.Enter();
        Assert.Equal(
            [new Hit(1, 9), new Hit(3, 8)],
            later.SearchBatch([1, 0], 5, null, null, TestContext.Current.CancellationToken)[0]);
        Assert.Equal("second", later.Companion);
    }

    [Fact]
    public void An_id_that_is_removed_and_given_again_at_once_stays()
    {
        _index.Apply([], [1], [1, 0]);
        _index.Apply([1], [1], [5, 0]);
        Assert.Equal([new Hit(1, 5)], _index.Search([1, 0], 5));
        Assert.Equal(1, _index.Count);
    }

    [Fact]
    public void What_cannot_be_applied_changes_nothing()
    {
        _index.Apply([], [1], [1, 0], "first");
        Assert.Throws<ArgumentException>(() => _index.Apply([1], [2], [float.NaN, 0], "second"));
        using var view = _index.Enter();
        Assert.Equal(
            [new Hit(1, 1)], view.SearchBatch([1, 0], 5, null, null, TestContext.Current.CancellationToken)[0]);
        Assert.Equal("first", view.Companion);
    }

    [Theory]
    [InlineData(20_000, 3)]
    [InlineData(20_000, 50)]
    public void A_filter_that_lets_few_rows_in_finds_them_all(int rows, int kept)
    {
        var vectors = TestVectors.Make("uniform", new Random(1), rows, 2);
        _index.Upsert([.. Enumerable.Range(0, rows).Select(i => (long)i)], vectors);
        var step = rows / kept;
        var hits = _index.Search([1, 1], 10, id => id % step == 7);
        var expected = Enumerable.Range(0, rows).Where(i => i % step == 7)
            .OrderByDescending(i => (double)vectors[2 * i] + vectors[(2 * i) + 1]).Select(i => (long)i).Take(10);
        Assert.Equal(expected, hits.Select(hit => hit.Id));
    }
}
