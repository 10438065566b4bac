using Embeddings.Vectors.Index;

namespace Embeddings.Vectors.Tests.Index;

/// <summary>Random writes and searches, against a dictionary that is sorted for every search.</summary>
public sealed class FlatIndexModelTests
{
    // One, a few, and numbers around a kernel's whole panels at every width.
    private static readonly int[] Batches = [1, 2, 7, 13, 17, 35];

    // The processes of WidthTests try only those that have whole registers and a rest.
    private static readonly int[] Dimensions = Effort.IsLong || !WidthTests.IsNarrower
        ? [1, 3, 17, 64, 100]
        : [17, 100];

    public static TheoryData<Metric, string, int> Cases()
    {
        var cases = new TheoryData<Metric, string, int>();
        foreach (var metric in Enum.GetValues<Metric>())
        {
            foreach (var kind in TestVectors.Kinds)
            {
                foreach (var dimensions in Dimensions)
                {
                    cases.Add(metric, kind, dimensions);
                }
            }
        }

        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Searches_give_what_sorting_all_rows_gives(Metric metric, string kind, int dimensions)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"EMBEDDINGS_TEST_SEED={Effort.Seed}");
        var random = new Random(Effort.Seed + (1_000 * (int)metric) + dimensions);
        var index = new FlatIndex(dimensions, metric);
        var model = new Dictionary<long, float[]>();
        for (var step = 0; step < 8; step++)
        {
            Write(random, index, model, kind, dimensions);
            Assert.Equal(model.Count, index.Count);
            var k = random.Next(5) == 0 ? model.Count + 1 : random.Next(1, 20);
            Func<long, bool>? filter = random.Next(3) switch
            {
                0 => id => id % 3 == 0,
                1 => id => id % 40 == 0,
                _ => null,
            };
            var queries = TestVectors.Make(kind, random, Batches[random.Next(Batches.Length)], dimensions);
            var expected = Sorted(metric, model, filter, queries, dimensions, k);
            foreach (var mode in Enum.GetValues<ScanMode>())
            {
                Compare(expected, index.Run(queries, k, filter, mode, out _));
            }
        }
    }

    private static void Write(
        Random random, FlatIndex index, Dictionary<long, float[]> model, string kind, int dimensions)
    {
        var count = random.Next(1, 150);
        long[] ids = [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(1500))];
        var rows = TestVectors.Make(kind, random, count, dimensions);
        index.Upsert(ids, rows);
        for (var i = 0; i < count; i++)
        {
            model[ids[i]] = rows[(i * dimensions)..((i + 1) * dimensions)];
        }

        ids = [.. Enumerable.Range(0, random.Next(200)).Select(_ => (long)random.Next(1500)).Distinct()];
        Assert.Equal(ids.Count(model.ContainsKey), index.Remove(ids));
        foreach (var id in ids)
        {
            model.Remove(id);
        }
    }

    private static Hit[][] Sorted(
        Metric metric, Dictionary<long, float[]> model, Func<long, bool>? filter, float[] queries, int dimensions, int k)
    {
        var sign = metric == Metric.Euclidean ? 1 : -1;
        return
        [
            .. queries.Chunk(dimensions).Select(query => model.Where(row => filter?.Invoke(row.Key) != false)
                .Select(row => new Hit(row.Key, (float)TestVectors.Score(metric, query, row.Value)))
                .OrderBy(hit => sign * hit.Score).ThenBy(hit => hit.Id).Take(k).ToArray()),
        ];
    }

    private static void Compare(Hit[][] expected, Hit[][] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            Assert.Equal(expected[i].Select(hit => hit.Id), found[i].Select(hit => hit.Id));
            Assert.All(
                expected[i].Zip(found[i]),
                pair => Assert.Equal(pair.First.Score, pair.Second.Score, Math.Abs(pair.First.Score) * 1e-6));
        }
    }
}
