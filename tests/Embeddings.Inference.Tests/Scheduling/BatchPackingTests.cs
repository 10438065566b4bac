using Embeddings.Inference.Scheduling;

namespace Embeddings.Inference.Tests.Scheduling;

public sealed class BatchPackingTests
{
    private const int BatchTokens = 64;
    private const int BatchOverhead = 16;

    [Fact]
    public void Batches_are_those_that_cost_least_of_all_there_could_be()
    {
        var random = new Random(5);
        for (var trial = 0; trial < 300; trial++)
        {
            int[] lengths = [.. Enumerable.Range(0, random.Next(1, 11)).Select(_ => random.Next(1, 40)).Order()];
            var batches = Enumerable.Range(0, lengths.Length)
                .Select(i => BatchPacking.BatchWith(lengths, i, BatchTokens, BatchOverhead)).Distinct().ToList();
            // Whichever item is asked for, it is the same batches, each item in one.
            Assert.Equal(
                Enumerable.Range(0, lengths.Length),
                batches.SelectMany(batch => Enumerable.Range(0, lengths.Length).Take(batch)));
            Assert.All(batches, batch => Assert.True(Cost(lengths, batch) is not null));
            Assert.Equal(Least(lengths), batches.Sum(batch => Cost(lengths, batch)!.Value));
        }
    }

    [Fact]
    public void An_item_that_costs_more_than_a_batch_has_one_of_its_own() =>
        Assert.Equal(1..2, BatchPacking.BatchWith([60, BatchTokens + 1, BatchTokens + 1], 1, BatchTokens, BatchOverhead));

    // Every way to cut them: one bit for each gap between two.
    private static int Least(int[] lengths) => Enumerable.Range(0, 1 << (lengths.Length - 1)).Select(cuts =>
    {
        int[] ends =
            [.. Enumerable.Range(1, lengths.Length - 1).Where(gap => (cuts & (1 << (gap - 1))) != 0), lengths.Length];
        return ends.Select((end, i) => Cost(lengths, (i == 0 ? 0 : ends[i - 1])..end)).Aggregate(
            (int?)0, (sum, cost) => sum + cost);
    }).Min()!.Value;

    // Null for a batch that is not allowed.
    private static int? Cost(int[] lengths, Range batch)
    {
        var items = lengths[batch];
        var tokens = items.Length * items.Max();
        return items.Length == 1 || tokens <= BatchTokens ? BatchOverhead + tokens : null;
    }
}
