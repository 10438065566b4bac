using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    private static readonly string[] Pair = ["first", "second"];

    // Between two ids of a pair there are many others, so that a look at both takes a while.
    private static readonly string[] PairAndOthers =
        ["first", .. Enumerable.Range(0, 500).Select(i => $"nobody {i}"), "second"];

    [Theory]
    [InlineData(DocumentParts.None)]
    [InlineData(DocumentParts.All)]
    public async Task A_pair_that_is_written_and_deleted_together_is_read_together(DocumentParts parts)
    {
        var docs = await CreateAsync();
        await ReadWhileAsync(
            async version =>
            {
                await docs.UpsertAsync([.. Pair.Select(id => Version(id, version))], Token);
                Assert.Equal(2, await docs.DeleteAsync(version % 2 == 0 ? Pair : ["second", "first"], Token));
            },
            async () => IsWhole([.. await docs.GetAsync(PairAndOthers, parts, Token)]),
            async () => IsWhole([.. (await docs.ListAsync(null, null, 10, parts, Token)).Documents]),
            async () =>
                IsWhole([.. (await docs.SearchAsync(new SearchRequest(new float[2], 10) { Parts = parts }, Token))[0].Select(found => found.Document)]),
            async () => IsWhole(await docs.ReadAllAsync(parts, Token).ToListAsync(Token)));
    }

    [Fact]
    public async Task Many_searches_at_once_of_a_large_collection_find_what_each_finds_alone()
    {
        const int dimensions = 2048;
        var random = new Random(1);
        var docs = await CreateAsync(dimensions);
        Document[] all = [.. Enumerable.Range(0, 2100).Select(
            i => new Document($"document {i}", TestDocuments.Vector(random, dimensions)))];
        await docs.UpsertAsync(all, Token);
        SearchRequest[] requests =
        [
            .. Enumerable.Range(0, 40)
            .Select(i => new SearchRequest(TestDocuments.Vector(random, dimensions), 1 + (i % 7)) { Offset = i % 3, Bound = i % 5 == 0 ? 250 : null }),
        ];

        var found = await Task.WhenAll(
            requests.Select(request => Task.Run(() => docs.SearchAsync(request, Token), Token)));

        for (var i = 0; i < requests.Length; i++)
        {
            var expected = all.Select(document => (document.Id, Score: Dot(document.Vector, requests[i].Queries)))
                .OrderByDescending(item => item.Score).ThenBy(
                    item => item.Id, Comparer<string>.Create(TestDocuments.CompareUtf8))
                .Where(item => requests[i].Bound is not { } bound || item.Score >= bound).Skip(requests[i].Offset).Take(
                    requests[i].Limit);
            Assert.Equal(expected, found[i][0].Select(item => (item.Document.Id, item.Score)));
        }

        static float Dot(ReadOnlyMemory<float> x, ReadOnlyMemory<float> y) =>
            BruteForce.Score(Metric.InnerProduct, x.Span, y.Span);
    }

    [Fact]
    public async Task Every_answer_has_one_version_and_no_older_one_than_before()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([.. Pair.Select(id => Version(id, 1))], Token);
        var newest = 1;
        await ReadWhileAsync(
            async version =>
            {
                await docs.UpsertAsync([.. Pair.Select(id => Version(id, version))], Token);
                Volatile.Write(ref newest, version);
                var found = Assert.Single(
                    (await docs.SearchAsync(new SearchRequest(new float[] { 1, 0 }, 1), Token))[0]);
                Assert.Equal(version, found.Score);
            },
            () => CheckAsync(async () => [.. await docs.GetAsync(Pair, DocumentParts.All, Token)]),
            () =>
                CheckAsync(async () => [.. (await docs.ListAsync(null, null, 10, DocumentParts.All, Token)).Documents]),
            () =>
                CheckAsync(async () => [.. (await docs.SearchAsync(new SearchRequest(new float[2], 10) { Parts = DocumentParts.All }, Token))[0].Select(found => found.Document)]));

        async Task CheckAsync(Func<Task<List<Document>>> read)
        {
            var before = Volatile.Read(ref newest);
            var documents = await read();
            Assert.Equal(2, documents.Count);
            IsWhole(documents);
            Assert.InRange(documents[0].Vector.Span[0], before, float.MaxValue);
        }
    }

    [Fact]
    public async Task Writers_of_one_collection_lose_nothing_of_each_other()
    {
        var docs = await CreateAsync();
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async writer =>
        {
            for (var i = 0; i < 50; i++)
            {
                await docs.UpsertAsync(
                    [Version($"{writer} {i}", i), Version($"{writer} last", i), Version("everybody's", i)], Token);
                Assert.Equal(i % 2, await docs.DeleteAsync([i % 2 == 0 ? "nobody" : $"{writer} {i - 1}"], Token));
            }
        }));
        await ReopenAsync();
        docs = (await Store.FindAsync("docs", Token))!;
        Assert.Equal((8 * (25 + 1)) + 1, await docs.CountAsync(null, Token));
        Assert.All(await TestDocuments.ReadAsync(docs, Token), document => IsWhole([document]));
    }

    [Fact]
    public async Task Reading_all_gives_one_state_whatever_is_written_meanwhile()
    {
        var docs = await CreateAsync();
        string[] ids = [.. Enumerable.Range(0, 500).Select(i => $"{i}")];
        await docs.UpsertAsync([.. ids.Select(id => Version(id, 1))], Token);
        var seen = new List<Document>();
        await foreach (var document in docs.ReadAllAsync(DocumentParts.All, Token))
        {
            seen.Add(document);
            if (seen.Count % 100 == 1)
            {
                await docs.UpsertAsync(
                    [.. ids.Select(id => Version(id, seen.Count)), Version($"new {seen.Count}", 1)], Token);
                await docs.DeleteAsync([$"{seen.Count + 50}"], Token);
            }
        }

        Assert.Equal(
            ids.Order(StringComparer.Ordinal), seen.Select(document => document.Id).Order(StringComparer.Ordinal));
        Assert.All(seen, document => Assert.Equal("1", document.Text));
        Assert.Equal(500 + 5 - 1, await docs.CountAsync(null, Token));
    }

    [Theory]
    [MemberData(nameof(Metrics))]
    public async Task An_index_file_has_the_numbers_and_the_vectors(Metric metric)
    {
        if (await LacksAsync(StoreCapabilities.FaissExport))
        {
            return;
        }

        var random = new Random(6);
        var (docs, all) = await FillAsync(metric, random);
        var stream = new MemoryStream();
        await docs.WriteFaissAsync(stream, Token);
        stream.Position = 0;
        var rows = new Vectors.Faiss.FaissReader(stream).Rows().ToDictionary(row => row.Id, row => row.Vector);
        Assert.Equal(all.Count, rows.Count);
        foreach (var document in await TestDocuments.ReadAsync(docs, Token))
        {
            var (kept, expected) = (rows[document.Number], document.Vector.ToArray());
            var length = Math.Sqrt(expected.Sum(value => (double)value * value));
            var scale = metric == Metric.Cosine && length > 0 ? length : 1;
            Assert.Equal(
                expected.Select(value => value / scale), kept.Select(value => (double)value),
                (x, y) => Math.Abs(x - y) < 1e-6);
        }
    }

    private static Document Version(string id, int version) => TestDocuments.Make(id, $"{version}", $$"""{"version":{{version}}}""", version, 0);

    // None or both documents of a pair, and all their parts of one version.
    private static void IsWhole(List<Document> documents)
    {
        Assert.InRange(documents.Count, 0, 2);
        Assert.NotEqual("first", documents.Count == 1 ? documents[0].Id : "");
        Assert.NotEqual("second", documents.Count == 1 ? documents[0].Id : "");
        string?[] versions =
        [
            .. documents.Select(document => document.Text), .. documents.Select(
                document => document.Metadata?.Json["{\"version\":".Length..^1]),
            .. documents.Select(document => document.Vector.IsEmpty ? null : $"{document.Vector.Span[0]}"),
        ];
        Assert.True(
            versions.OfType<string>().Distinct().Count() <= 1, $"Of several versions: {string.Join(", ", versions)}");
    }

    private static async Task ReadWhileAsync(Func<int, Task> write, params Func<Task>[] reads)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        stop.CancelAfter(TimeSpan.FromMilliseconds(Effort.Count(700, 2000)));
        // On threads of their own: reads that never wait would keep the pool's few from the writer and the clock.
        var reading = reads
            .Select(read => Task.Factory.StartNew(ReadAsync, read, Token, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()).ToArray();
        for (var version = 2; !stop.IsCancellationRequested && !reading.Any(task => task.IsFaulted); version++)
        {
            await write(version);
        }

        await Task.WhenAll(reading);

        async Task ReadAsync(object? read)
        {
            while (!stop.IsCancellationRequested)
            {
                await ((Func<Task>)read!)();
            }
        }
    }
}
