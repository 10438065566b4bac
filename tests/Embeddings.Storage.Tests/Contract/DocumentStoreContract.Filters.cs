using Embeddings.Storage.Filtering;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    private static readonly (string Id, string? Metadata)[] Filtered =
    [
        ("1", """{"n":1,"s":"b","t":true,"l":[1,"x"],"o":{"p":1}}"""),
        ("2", """{"n":2.5,"s":"a","t":false,"l":[],"o":{"p":2,"q":{"r":"deep"}}}"""),
        ("3", """{"n":"2.5","s":null,"l":["y",7,true]}"""),
        ("4", "{}"),
        ("5", null),
        ("6", """{"n":-1,"s":"é","l":[[1]],"o.p":9}"""),
    ];

    public static TheoryData<Filter, string> Filters => new()
    {
        { new Filter.All([]), "123456" },
        { new Filter.Any([]), "" },
        { new Filter.Exists("n"), "1236" },
        { new Filter.Exists("s"), "126" },
        { new Filter.Exists("l"), "1236" },
        { new Filter.Exists("o"), "12" },
        { new Filter.Exists("o.p"), "126" },
        { new Filter.Exists("o.q.r"), "2" },
        { new Filter.Not(new Filter.Exists("n")), "45" },
        { Compare("n", Comparison.Equal, MetadataValue.Of(2.5)), "2" },
        { new Filter.Not(Compare("n", Comparison.Equal, MetadataValue.Of(2.5))), "13456" },
        { Compare("n", Comparison.Greater, MetadataValue.Of(1)), "2" },
        { Compare("n", Comparison.GreaterOrEqual, MetadataValue.Of(1)), "12" },
        { Compare("n", Comparison.Less, MetadataValue.Of(1)), "6" },
        { Compare("n", Comparison.LessOrEqual, MetadataValue.Of(1)), "16" },
        { Compare("n", Comparison.GreaterOrEqual, MetadataValue.Of("2")), "3" },
        { Compare("s", Comparison.Greater, MetadataValue.Of("a")), "16" },
        { Compare("t", Comparison.Equal, MetadataValue.Of(true)), "1" },
        { Compare("t", Comparison.Equal, MetadataValue.Of(1)), "" },
        { Compare("t", Comparison.LessOrEqual, MetadataValue.Of(true)), "" },
        { Compare("l", Comparison.Equal, MetadataValue.Of("x")), "1" },
        { Compare("l", Comparison.Equal, MetadataValue.Of(true)), "3" },
        { Compare("l", Comparison.GreaterOrEqual, MetadataValue.Of(1)), "136" },
        { Compare("l", Comparison.Less, MetadataValue.Of(7)), "16" },
        { new Filter.In("s", new HashSet<MetadataValue> { MetadataValue.Of("a"), MetadataValue.Of("é"), MetadataValue.Of(3) }), "26" },
        { new Filter.In("l", new HashSet<MetadataValue> { MetadataValue.Of("y"), MetadataValue.Of(1) }), "136" },
        { new Filter.In("missing", new HashSet<MetadataValue> { MetadataValue.Of(1) }), "" },
        { new Filter.In("n", new HashSet<MetadataValue>()), "" },
        { new Filter.All([new Filter.Exists("s"), Compare("n", Comparison.Greater, MetadataValue.Of(0))]), "12" },
        { new Filter.Any([new Filter.Exists("t"), new Filter.Not(new Filter.Exists("n"))]), "1245" },
        { new Filter.Not(new Filter.Not(new Filter.Exists("t"))), "12" },
    };

    [Theory]
    [MemberData(nameof(Filters), DisableDiscoveryEnumeration = true)]
    public async Task A_filter_lets_the_same_documents_through_wherever_it_is_used(Filter filter, string expected)
    {
        var docs = await CreateAsync(2, Metric.Cosine);
        await docs.UpsertAsync([.. Filtered.Select(item => Doc(item.Id, null, item.Metadata))], Token);
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(expected.Length, await docs.CountAsync(filter, Token));
            Assert.Equal(
                expected,
                string.Concat((await docs.ListAsync(filter, null, 100, DocumentParts.None, Token)).Documents.Select(document => document.Id)));
            Assert.Equal(
                expected,
                string.Concat((await SearchAsync(docs, new SearchRequest(new float[2], 100) { Filter = filter })).Select(found => found.Id)));
            await ReopenAsync();
            docs = (await Store.FindAsync("docs", Token))!;
        }

        Assert.Equal(expected.Length, await docs.DeleteAsync(filter, Token));
        Assert.Equal(
            "123456".Except(expected), (await TestDocuments.ReadAsync(docs, Token)).Select(document => document.Id[0]));
    }

    private static Filter.Compare Compare(string field, Comparison comparison, MetadataValue value) =>
        new(field, comparison, value);
}
