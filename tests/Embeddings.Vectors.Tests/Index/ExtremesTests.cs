using Embeddings.Vectors.Faiss;
using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Tests.Index;

/// <summary>
/// Magnitudes and lengths at which floats lose what the proof counts on, unless something is done about it.
/// </summary>
public sealed class ExtremesTests
{
    private const int Rows = 20_000;

    // Each fills 1.1 GB.
    public static TheoryData<float> Gaps => Effort.IsLong ? [2e-6f, 5e-6f, 1.2e-5f] : [5e-6f];

    [Theory]
    [InlineData(1e-15f, 1f)]
    [InlineData(1e-21f, 1f)]
    [InlineData(1e-25f, 1f)]
    [InlineData(1e-30f, 1f)]
    [InlineData(1e-25f, 1e15f)]
    [InlineData(1e-40f, 1e15f)]
    [InlineData(1f, 1e-30f)]
    [InlineData(1e15f, 1e-42f)]
    [InlineData(1e-18f, 1e-18f)]
    public void Small_rows_and_queries_are_found_as_large_ones_are(float rowSize, float querySize)
    {
        const int dimensions = 8;
        var random = new Random(5);
        var rows = Numbers(random, Rows * dimensions, rowSize);
        var index = Filled(rows, dimensions);
        for (var i = 0; i < 20; i++)
        {
            var query = Numbers(random, dimensions, querySize);
            AssertBest(rows, query, index.Search(query, 10));
        }
    }

    // The squares of 65,536 equal errors, summed in floats, are short by more than rounding.
    [Theory]
    [MemberData(nameof(Gaps))]
    public void Many_dimensions_do_not_lose_an_error(float gap)
    {
        const int dimensions = FlatIndex.MaxDimensions;
        const int rows = 4200;
        const int best = 4150;
        var index = new FlatIndex(dimensions, Metric.InnerProduct);
        var (zeros, row) = (new float[dimensions], new float[dimensions]);
        for (var i = 0; i < rows; i++)
        {
            if (i is 0 or best)
            {
                Array.Fill(row, i == best ? 0.4986554f : 0.4986554f * (1 - gap));
                row[0] = 127 * 1.3909669f;
            }

            index.Upsert(i, i is 0 or best ? row : zeros);
        }

        var query = new float[dimensions];
        Array.Fill(query, 1);
        query[0] = 0;
        Assert.Equal(best, index.Search(query, 1)[0].Id);
    }

    [Fact]
    public void A_query_whose_unit_is_nearly_nothing_finds_the_best_of_long_rows()
    {
        const int dimensions = 16_384;
        const int count = 4200;
        var random = new Random(7);
        var rows = Numbers(random, count * dimensions, 0.25f);
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] += 0.75f;
        }

        var index = Filled(rows, dimensions);
        for (var i = 0; i < Effort.Count(1, 3); i++)
        {
            var query = Numbers(random, dimensions, 5e-40f).Select(Math.Abs).ToArray();
            AssertBest(rows, query, index.Search(query, 1));
        }
    }

    [Fact]
    public void A_removal_of_nearly_all_rows_gives_their_room_back_at_once()
    {
        const int dimensions = 64;
        var index = Filled(Numbers(new Random(3), 200_000 * dimensions, 1), dimensions);
        index.Remove([.. Enumerable.Range(0, 198_000).Select(i => (long)i)]);
        Assert.Equal(2000, index.Count);
        Assert.InRange(index.Capacity, 2000, 40_000);
    }

    [Fact]
    public void Rows_that_died_before_are_used_by_a_change_that_removes_others()
    {
        const int dimensions = 32;
        var index = Filled(Numbers(new Random(3), 16_000 * dimensions, 1), dimensions);
        index.Remove([.. Enumerable.Range(0, 7900).Select(i => 2L * i)]);
        var before = index.Capacity;
        index.Apply(
            [.. Enumerable.Range(0, 79).Select(i => (2L * i) + 1)],
            [.. Enumerable.Range(20_000, 7000).Select(i => (long)i)], Numbers(new Random(4), 7000 * dimensions, 1));
        Assert.Equal((16_000 - 7900 - 79 + 7000, before), (index.Count, index.Capacity));
    }

    [Fact]
    public void Short_cosine_rows_are_written_at_length_1()
    {
        var index = new FlatIndex(2, Metric.Cosine);
        index.Upsert([1, 2], [3e-13f, 4e-13f, 1, 0]);
        using var file = new MemoryStream();
        FaissFile.Write(index, file, TestContext.Current.CancellationToken);
        file.Position = 0;
        var row = new FaissReader(file).Rows().First().Vector;
        Assert.Equal(
            (0.6f, 0.8f), (row[0], row[1]), (x, y) => Math.Abs(x.Item1 - y.Item1) + Math.Abs(x.Item2 - y.Item2) < 1e-6);
    }

    [Fact]
    public void A_view_that_was_disposed_searches_nothing()
    {
        var index = Filled([1, 2], 1);
        var view = index.Enter();
        view.Dispose();
        Assert.Throws<ObjectDisposedException>(
            () => view.SearchBatch([1], 1, null, null, TestContext.Current.CancellationToken));
    }

    private static FlatIndex Filled(float[] rows, int dimensions)
    {
        var index = new FlatIndex(dimensions, Metric.InnerProduct);
        index.Upsert([.. Enumerable.Range(0, rows.Length / dimensions).Select(i => (long)i)], rows);
        return index;
    }

    private static float[] Numbers(Random random, int count, float size)
    {
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = ((2 * random.NextSingle()) - 1) * size;
        }

        return numbers;
    }

    // Ids by the score in doubles, rounded once, as the index promises.
    private static void AssertBest(float[] rows, float[] query, Hit[] found)
    {
        var best = Enumerable.Range(0, rows.Length / query.Length)
            .Select(id => (
                Score: (float)TestVectors.Score(
                    Metric.InnerProduct, query, rows.AsSpan(id * query.Length, query.Length)),
                Id: (long)id))
            .OrderByDescending(item => item.Score).ThenBy(item => item.Id).Take(found.Length).ToList();
        Assert.All(
            found.Zip(best),
            pair => Assert.True(
                pair.First.Score >= pair.Second.Score - (Math.Abs(pair.Second.Score) * 1e-6f), $"{pair}"));
    }
}
