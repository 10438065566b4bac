using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Tests.Index;

/// <summary>What the flat index promises, case by case.</summary>
public sealed class FlatIndexTests
{
    [Theory]
    [InlineData(Metric.Cosine, new long[] { 2, 1, 3 }, new[] { 1f, 0.6f, 0f })]
    [InlineData(Metric.InnerProduct, new long[] { 1, 2, 3 }, new[] { 3f, 1f, 0f })]
    [InlineData(Metric.Euclidean, new long[] { 2, 3, 1 }, new[] { 0f, 2.236068f, 4.472136f })]
    public void Each_metric_ranks_and_scores_in_its_own_way(Metric metric, long[] ids, float[] scores)
    {
        var index = new FlatIndex(2, metric);
        index.Upsert([1, 2, 3], [3, 4, 1, 0, 0, 2]);
        var hits = index.Search([1, 0], 3);
        Assert.Equal(ids, hits.Select(hit => hit.Id));
        Assert.Equal(scores, hits.Select(hit => hit.Score));
    }

    [Fact]
    public void Equal_scores_come_by_id_and_pages_are_stable()
    {
        var index = new FlatIndex(2, Metric.Cosine);
        foreach (var id in new long[] { 7, -3, 5, long.MaxValue, 0, long.MinValue })
        {
            index.Upsert(id, [1, 1]);
        }

        Assert.Equal([long.MinValue, -3, 0, 5, 7, long.MaxValue], index.Search([2, 2], 10).Select(hit => hit.Id));
        Assert.Equal([long.MinValue, -3], index.Search([2, 2], 2).Select(hit => hit.Id));
    }

    [Fact]
    public void An_order_of_its_own_decides_between_equal_scores()
    {
        // Large enough for codes, and for every processor to join in.
        var index = new FlatIndex(16, Metric.Cosine);
        var rows = Enumerable.Repeat(TestVectors.Make("uniform", new Random(1), 1, 16), 100_000).SelectMany(row => row)
            .ToArray();
        index.Upsert([.. Enumerable.Range(0, 100_000).Select(i => (long)i)], rows);
        var byLastDigits = Comparer<long>.Create((x, y) => (x * 7919 % 100_003).CompareTo(y * 7919 % 100_003));
        var expected = Enumerable.Range(0, 100_000).Select(i => (long)i).Order(byLastDigits).Take(10);
        Assert.Equal(expected, index.SearchBatch(rows.AsSpan(0, 16), 10, ties: byLastDigits)[0].Select(hit => hit.Id));
        Assert.Equal(
            expected, index.SearchBatch(rows.AsSpan(0, 16 * 40), 10, ties: byLastDigits)[^1].Select(hit => hit.Id));
        var byLastDigit = Comparer<long>.Create((x, y) => (x % 10).CompareTo(y % 10));
        Assert.Equal(
            [90, 31, 7],
            index.SearchBatch(rows.AsSpan(0, 16), 3, id => id is 7 or 31 or 90, byLastDigit)[0].Select(hit => hit.Id));
    }

    [Fact]
    public void Distances_whose_squares_no_float_holds_keep_their_order()
    {
        var index = new FlatIndex(2, Metric.Euclidean);
        index.Upsert([1, 2, 3, 4], [2e-23f, 0, 1e-23f, 0, 0, 0, 1e-15f, 0]);
        Assert.Equal(
            [new Hit(3, 0), new Hit(2, 1e-23f), new Hit(1, 2e-23f), new Hit(4, 1e-15f)], index.Search([0, 0], 4));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void A_search_that_is_cancelled_ends_within_a_few_thousand_rows(int queries)
    {
        var index = new FlatIndex(8, Metric.InnerProduct);
        index.Upsert(
            [.. Enumerable.Range(0, 200_000).Select(i => (long)i)],
            TestVectors.Make("uniform", new Random(1), 200_000, 8));
        using var source = new CancellationTokenSource();
        var asked = 0;
        bool Filter(long _)
        {
            Interlocked.Increment(ref asked);
            source.Cancel();
            return false;
        }

        var query = TestVectors.Make("uniform", new Random(2), queries, 8);
        using var view = index.Enter();
        Assert.Throws<OperationCanceledException>(() => view.SearchBatch(query, 10, Filter, null, source.Token));
        Assert.InRange(asked, 1, queries * 2_048 * Environment.ProcessorCount);
    }

    // The codes that make a search fast do not change its result.
    [Theory]
    [InlineData(Metric.Cosine)]
    [InlineData(Metric.InnerProduct)]
    [InlineData(Metric.Euclidean)]
    public void Codes_leave_out_all_but_two_rows_in_a_hundred_of_uniform_data(Metric metric)
    {
        const int rows = 50_000;
        var index = new FlatIndex(64, metric);
        index.Upsert(
            [.. Enumerable.Range(0, rows).Select(i => (long)i)], TestVectors.Make("uniform", new Random(1), rows, 64));
        index.Run(
            TestVectors.Make("uniform", new Random(2), 1, 64), 10, null, ScanMode.Codes,
            out var rescored);
        Assert.InRange(rescored, 10, rows / 50);
    }

    // No bound excludes a row that ties with the worst of the best; to score each of them again is what once took 60
    // ms.
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void Equal_rows_are_scored_once_for_each_part_of_a_scan(int queries)
    {
        const int rows = 20_000;
        var index = new FlatIndex(64, Metric.Cosine);
        var row = TestVectors.Make("uniform", new Random(1), 1, 64);
        index.Upsert(
            [.. Enumerable.Range(0, rows).Select(i => (long)i)],
            [.. Enumerable.Repeat(row, rows).SelectMany(numbers => numbers)]);
        var hits = index.Run(
            TestVectors.Make("uniform", new Random(2), queries, 64), 10, null, ScanMode.Auto,
            out var rescored);
        Assert.All(
            hits, found => Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), found.Select(hit => hit.Id)));
        Assert.InRange(rescored, queries, queries * Environment.ProcessorCount);
    }

    [Fact]
    public void Vectors_that_the_caller_has_checked_are_not_checked_again()
    {
        var index = new FlatIndex(2, Metric.Cosine);
        Assert.Throws<ArgumentException>(() => index.Apply([], [1], [float.NaN, 0]));
        index.Apply([], [1], [float.NaN, 0], isChecked: true);
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public void A_first_row_makes_room_for_few_of_its_size()
    {
        var index = new FlatIndex(FlatIndex.MaxDimensions, Metric.Cosine);
        index.Upsert(1, new float[FlatIndex.MaxDimensions]);
        Assert.InRange((long)index.Capacity * FlatIndex.MaxDimensions * sizeof(float), 1, 1 << 20);
    }

    [Fact]
    public void A_row_can_be_replaced_and_removed()
    {
        var index = new FlatIndex(3, Metric.Cosine);
        index.Upsert(9, [3, 0, 0]);
        index.Upsert(9, [0, 5, 0]);
        Assert.Equal([new Hit(9, 1)], index.Search([0, 1, 0], 5));
        Assert.Equal(1, index.Count);
        Assert.True(index.Remove(9));
        Assert.False(index.Remove(9));
        Assert.Empty(index.Search([1, 0, 0], 1));
        Assert.Equal(0, index.Count);
    }

    [Fact]
    public void Of_an_id_that_occurs_twice_the_last_vector_stays()
    {
        var index = new FlatIndex(1, Metric.InnerProduct);
        index.Upsert([1, 1, 1], [5, 6, 4]);
        Assert.Equal([new Hit(1, 4)], index.Search([1], 5));
    }

    [Fact]
    public void A_zero_vector_has_cosine_zero_with_everything()
    {
        var index = new FlatIndex(2, Metric.Cosine);
        index.Upsert([1, 2, 3], [0, 0, -1, -1, 1, 1]);
        Assert.Equal([new Hit(3, 1), new Hit(1, 0), new Hit(2, -1)], index.Search([1, 1], 5));
        Assert.All(index.Search([0, 0], 5), hit => Assert.Equal(0, hit.Score));
    }

    [Fact]
    public void A_vector_has_cosine_one_with_itself_to_the_bit()
    {
        var random = new Random(3);
        var index = new FlatIndex(384, Metric.Cosine);
        var rows = TestVectors.Make("scales", random, 200, 384);
        index.Upsert([.. Enumerable.Range(0, 200).Select(i => (long)i)], rows);
        for (var i = 0; i < 200; i++)
        {
            Assert.Equal([new Hit(i, 1)], index.Search(rows.AsSpan(i * 384, 384), 1));
        }
    }

    [Fact]
    public void A_filter_decides_and_k_of_what_it_lets_through_come_back()
    {
        var index = new FlatIndex(1, Metric.InnerProduct);
        index.Upsert(
            [.. Enumerable.Range(0, 5000).Select(i => (long)i)], [.. Enumerable.Range(0, 5000).Select(i => (float)i)]);
        Assert.Equal(
            [4000, 3000, 2000], index.Search([1], 3, id => id % 1000 == 0).Select(hit => hit.Id));
        Assert.Equal([17, 3], index.Search([1], 5, id => id is 3 or 17 or 9999).Select(hit => hit.Id));
    }

    [Fact]
    public void What_a_filter_throws_comes_out_whichever_thread_asked_it()
    {
        // Large enough for every processor to join in.
        var index = new FlatIndex(64, Metric.InnerProduct);
        index.Upsert(
            [.. Enumerable.Range(0, 100_000).Select(i => (long)i)],
            TestVectors.Make("uniform", new Random(1), 100_000, 64));
        var query = TestVectors.Make("uniform", new Random(2), 1, 64);
        for (var i = 0; i < 20; i++)
        {
            Assert.Throws<InvalidTimeZoneException>(() => index.Search(
                query, 5, id => id == 17 ? throw new InvalidTimeZoneException() : id < 100));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void K_must_be_one_or_more(int k) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlatIndex(1, Metric.Cosine).Search([1], k));

    [Fact]
    public void Impossible_lengths_and_numbers_are_refused_by_position_and_change_nothing()
    {
        var index = new FlatIndex(2, Metric.Cosine);
        Assert.Contains(
            "3 numbers are not 1 vectors of 2",
            Assert.Throws<ArgumentException>(() => index.Upsert(1, [1, 2, 3])).Message, StringComparison.Ordinal);
        Assert.Contains(
            "Coordinate 1 of vector 1 is NaN",
            Assert.Throws<ArgumentException>(() => index.Upsert([1, 2], [1, 2, 3, float.NaN])).Message,
            StringComparison.Ordinal);
        Assert.Contains(
            "Coordinate 0 of vector 0",
            Assert.Throws<ArgumentException>(() => index.Search([float.PositiveInfinity, 0], 1)).Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => index.Upsert(1, [2e15f, 0]));
        Assert.Throws<ArgumentException>(() => index.SearchBatch([1, 2, 3], 1));
        Assert.Equal(0, index.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlatIndex(0, Metric.Cosine));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FlatIndex(1, (Metric)9));
    }

    [Fact]
    public void An_empty_index_finds_nothing()
    {
        var index = new FlatIndex(2, Metric.Cosine);
        Assert.Empty(index.Search([1, 0], 3));
        Assert.Equal([[], []], index.SearchBatch([1, 0, 0, 1], 3));
        Assert.Empty(index.SearchBatch([], 3));
    }

    [Fact]
    public void Space_of_removed_rows_is_used_again_and_given_back()
    {
        var index = new FlatIndex(8, Metric.Cosine);
        var random = new Random(1);
        long[] ids = [.. Enumerable.Range(0, 20_000).Select(i => (long)i)];
        var rows = TestVectors.Make("uniform", random, ids.Length, 8);
        index.Upsert(ids, rows);
        var capacity = index.Capacity;
        for (var round = 0; round < 5; round++)
        {
            index.Remove(ids);
            index.Upsert(ids, rows);
        }

        Assert.InRange(index.Capacity, ids.Length, 2 * capacity);
        for (var i = 0; i < ids.Length; i++)
        {
            if (i % 100 != 0)
            {
                index.Remove(i);
            }
        }

        Assert.Equal(200, index.Count);
        Assert.InRange(index.Capacity, 200, 2000);
        Assert.Equal(200, index.Search(rows.AsSpan(0, 8), 1000).Length);
    }
}
