using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Tests.Index;

/// <summary>Readers beside a writer: every search sees one of the states that were.</summary>
public sealed class FlatIndexConcurrencyTests
{
    private const int Rows = 3000;
    private const int Dimensions = 32;

    private static readonly int Generations = Effort.Count(20, 150);
    private static readonly long[] Ids = [.. Enumerable.Range(0, Rows).Select(i => (long)i)];

    // In generation g every row's vector is g + 1 in each coordinate, so a search that sees all rows of one generation
    // finds one score only.
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    public async Task A_search_sees_a_whole_generation_and_never_an_older_one_than_before(int queries)
    {
        var index = new FlatIndex(Dimensions, Metric.InnerProduct);
        index.Upsert(Ids, Generation(0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var readers = Enumerable.Range(0, 4)
            .Select(_ => Task.Factory.StartNew(() => Read(index, queries, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();
        for (var generation = 1; generation <= Generations; generation++)
        {
            // Every other time the rows are removed and added again under other ids.
            index.Upsert(Ids, Generation(generation));
            if (generation % 10 == 0)
            {
                Replace(index, generation);
            }
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), searches => Assert.InRange(searches, 1, int.MaxValue));
        Assert.Equal(Rows, index.Count);
    }

    private static void Replace(FlatIndex index, int generation)
    {
        // Rows far away from all others, so that they are never among the found; then gone again.
        long[] others = [.. Ids.Select(id => id + Rows)];
        index.Upsert(others, [.. Generation(generation).Select(value => -value)]);
        Assert.Equal(Rows, index.Remove(others));
    }

    private static float[] Generation(int generation)
    {
        var rows = new float[Rows * Dimensions];
        Array.Fill(rows, generation + 1);
        return rows;
    }

    private static int Read(FlatIndex index, int queries, CancellationToken stop)
    {
        var query = new float[queries * Dimensions];
        Array.Fill(query, 1f);
        var (searches, newest) = (0, 0f);
        while (!stop.IsCancellationRequested || searches == 0)
        {
            foreach (var hits in index.SearchBatch(query, Rows))
            {
                Assert.Equal(Rows, hits.Length);
                Assert.Equal(hits[0].Score, hits[^1].Score);
                Assert.True(hits[0].Score >= newest);
                // Assert.Equal of 3,000 ids takes longer than the search, and the readers are to search.
                Assert.True(hits.Select(hit => hit.Id).SequenceEqual(Ids), "Other ids, or in another order.");
            }

            newest = index.Search(query.AsSpan(0, Dimensions), 1)[0].Score;
            searches++;
        }

        return searches;
    }
}
