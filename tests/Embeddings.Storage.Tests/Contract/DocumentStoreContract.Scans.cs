using System.Collections;
using Embeddings.Storage.Filtering;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    // Enough for a scan to be worth a thread of its own, with a filter of so many parts.
    private const int ScannedDocuments = 20_000;
    private const int FilterParts = 300;

    public static TheoryData<string> Scanning => ["count", "list", "delete", "search", "grouped search"];

    [Theory]
    [MemberData(nameof(Scanning))]
    public async Task What_is_cancelled_ends_within_a_few_thousand_documents(string what)
    {
        var docs = await CreateScannedAsync();
        using var source = new CancellationTokenSource();
        var asked = 0;
        var filter = Watched(() =>
        {
            Interlocked.Increment(ref asked);
            source.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ScanAsync(docs, what, filter, source.Token));
        Assert.InRange(asked, 1, 2_048 * Environment.ProcessorCount);
        Assert.Equal(ScannedDocuments, await docs.CountAsync(null, Token));
    }

    [Theory]
    [MemberData(nameof(Scanning))]
    public async Task A_long_scan_takes_no_thread_that_short_requests_need(string what)
    {
        var docs = await CreateScannedAsync();
        var onThreadPool = 0;
        await ScanAsync(
            docs, what,
            Watched(() => Interlocked.Add(ref onThreadPool, Thread.CurrentThread.IsThreadPoolThread ? 1 : 0)), Token);
        Assert.Equal(0, onThreadPool);
    }

    [Fact]
    public async Task A_deletion_by_filter_holds_up_no_other_write_and_counts_as_of_its_end()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("stays", null, """{"n":2}"""), Doc("goes", null, """{"n":1}"""), Doc("changes", null, """{"n":1}""")], Token);
        using var written = new ManualResetEventSlim();
        using var asked = new ManualResetEventSlim();
        var filter = Watched(() =>
        {
            asked.Set();
            Assert.True(written.Wait(TimeSpan.FromSeconds(20)), "The writer was held by the filter.");
        }, parts: 1);
        var deleting = Task.Run(() => docs.DeleteAsync(filter, Token), Token);
        asked.Wait(Token);
        await docs.UpsertAsync([Doc("changes", null, """{"n":2}"""), Doc("comes", null, """{"n":1}""")], Token);
        written.Set();

        Assert.Equal(2, await deleting);
        Assert.Equal(
            ["changes", "stays"],
            (await docs.ListAsync(null, null, 10, DocumentParts.None, Token)).Documents.Select(document => document.Id)
                .Order());
    }

    [Fact]
    public async Task A_filter_is_evaluated_once_for_all_queries_of_a_search()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([.. Enumerable.Range(0, 100).Select(i => Doc($"{i}", null, $$"""{"n":{{i % 2}}}"""))], Token);
        var asked = 0;
        var request = new SearchRequest(new float[2 * 50], 100) { Filter = Watched(() => Interlocked.Increment(ref asked), parts: 1) };
        Assert.All(await docs.SearchAsync(request, Token), page => Assert.Equal(50, page.Count));
        Assert.InRange(asked, 100, 100 * Environment.ProcessorCount);
    }

    [Fact]
    public async Task A_search_of_a_large_collection_whose_client_has_left_is_not_made()
    {
        const int dimensions = 2048;
        var docs = await CreateAsync(dimensions);
        await docs.UpsertAsync(
            [.. Enumerable.Range(0, 2100).Select(i => new Document($"{i}", new float[dimensions]))], Token);
        var left = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => docs.SearchAsync(new SearchRequest(new float[dimensions], 1), left));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => docs.SearchAsync(new SearchRequest(new float[40 * dimensions], 1), left));
        Assert.Single((await docs.SearchAsync(new SearchRequest(new float[dimensions], 1), Token))[0]);
    }

    [Fact]
    public async Task A_reply_that_does_not_fit_in_memory_is_refused_before_it_is_read()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("large", new string('x', 1 << 20), """{"n":1}"""), Doc("small", "x")], Token);
        string[] ids = [.. Enumerable.Repeat("large", 300)];
        await Assert.ThrowsAsync<AnswerTooLargeException>(() => docs.GetAsync(ids, DocumentParts.Text, Token));
        await Assert.ThrowsAsync<AnswerTooLargeException>(
            () => docs.SearchAsync(new SearchRequest(new float[2 * 300], 1), Token));
        Assert.Equal(300, (await docs.GetAsync(ids, DocumentParts.Metadata, Token)).Count);
        Assert.Equal(
            ["large", "small", "large"],
            (await docs.GetAsync(["large", "small", "large"], DocumentParts.All, Token)).Select(
                document => document.Id));
    }

    [Fact]
    public async Task Of_many_equal_scores_a_page_has_the_first_ids()
    {
        var docs = await CreateAsync(2, Metric.Cosine);
        string[] ids = [.. Enumerable.Range(0, 5_000).Select(i => $"{i * 7919L % 5_003}")];
        await docs.UpsertAsync([.. ids.Select(id => Doc(id))], Token);
        var expected = ids.Order(Comparer<string>.Create(TestDocuments.CompareUtf8)).Skip(20).Take(10);
        var found = await SearchAsync(docs, new SearchRequest(new float[] { 1, 2 }, 10) { Offset = 20 });
        Assert.Equal(expected, found.Select(item => item.Id));
    }

    [Fact]
    public async Task Distances_whose_squares_no_float_holds_keep_their_order()
    {
        var docs = await CreateAsync(1, Metric.Euclidean);
        await docs.UpsertAsync(
            [TestDocuments.Make("a", null, null, 2e-23f), TestDocuments.Make("b", null, null, 1e-23f), TestDocuments.Make("c", null, null, 0)],
            Token);
        Assert.Equal(
            [("c", 0), ("b", 1e-23f), ("a", 2e-23f)], await SearchAsync(docs, new SearchRequest(new float[1], 10)));
    }

    private static Task ScanAsync(
        IDocumentCollection docs, string what, Filter filter, CancellationToken cancellationToken)
    {
        var request = new SearchRequest(new float[] { 1, 2 }, 10) { Filter = filter };
        return what switch
        {
            "count" => docs.CountAsync(filter, cancellationToken),
            "list" => docs.ListAsync(filter, null, 10, DocumentParts.None, cancellationToken),
            "delete" => docs.DeleteAsync(filter, cancellationToken),
            "search" => docs.SearchAsync(request, cancellationToken),
            _ => docs.SearchAsync(request with { GroupBy = "n" }, cancellationToken),
        };
    }

    // Matches documents whose n is 1, and calls back for each document that it tests.
    private static Filter.All Watched(Action look, int parts = FilterParts) =>
        new([.. Enumerable.Repeat(new Filter.Exists("n"), parts), new Filter.In("n", new WatchedValues(look))]);

    private async Task<IDocumentCollection> CreateScannedAsync()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([.. Enumerable.Range(0, ScannedDocuments).Select(i => Doc($"{i}", null, """{"n":2}"""))], Token);
        return docs;
    }

    private sealed class WatchedValues(Action look) : IReadOnlySet<MetadataValue>
    {
        private static readonly HashSet<MetadataValue> Values = [MetadataValue.Of(1)];

        public int Count => Values.Count;

        public bool Contains(MetadataValue item)
        {
            look();
            return Values.Contains(item);
        }

        public IEnumerator<MetadataValue> GetEnumerator() => Values.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public bool IsProperSubsetOf(IEnumerable<MetadataValue> other) => Values.IsProperSubsetOf(other);

        public bool IsProperSupersetOf(IEnumerable<MetadataValue> other) => Values.IsProperSupersetOf(other);

        public bool IsSubsetOf(IEnumerable<MetadataValue> other) => Values.IsSubsetOf(other);

        public bool IsSupersetOf(IEnumerable<MetadataValue> other) => Values.IsSupersetOf(other);

        public bool Overlaps(IEnumerable<MetadataValue> other) => Values.Overlaps(other);

        public bool SetEquals(IEnumerable<MetadataValue> other) => Values.SetEquals(other);
    }
}
