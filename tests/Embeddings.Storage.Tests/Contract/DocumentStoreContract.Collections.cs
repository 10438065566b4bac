using Embeddings.Storage.Filtering;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Contract;

public abstract partial class DocumentStoreContract
{
    public static TheoryData<string, string?, int, Metric> Settings => new()
    {
        { "docs", "all-MiniLM-L6-v2", 384, Metric.Cosine },
        { "a b/c?d=é'\"; DROP TABLE collections", null, 1, Metric.Euclidean },
        { "😀\0x", "mo\0del", 3, Metric.InnerProduct },
        { "", "", 65_536, Metric.Cosine },
    };

    [Theory]
    [MemberData(nameof(Settings))]
    public async Task Settings_stay_with_a_collection(string name, string? model, int dimensions, Metric metric)
    {
        // Without a model there are no prompts, and an empty prompt is another thing than none.
        var settings = new CollectionSettings(model, dimensions, metric)
        {
            DocumentPrompt = model is null ? null : "say \0'é: ",
            QueryPrompt = model is null ? null : "",
        };
        var (made, created) = await Store.CreateAsync(name, settings, Token);
        Assert.True(created);
        var info = made.Info;
        Assert.Equal((name, settings), (info.Name, info.Settings));
        Assert.InRange(TimeProvider.System.GetUtcNow() - info.Created, TimeSpan.Zero, TimeSpan.FromMinutes(1));

        await ReopenAsync();
        Assert.Equal(info, (await Store.FindAsync(name, Token))?.Info);
        Assert.Equal(info, Assert.Single(await Store.ListAsync(Token)).Info);
    }

    [Fact]
    public async Task A_collection_that_is_there_already_stays_as_it_is()
    {
        var first = await CreateAsync();
        await first.UpsertAsync([Doc("a")], Token);
        var (second, created) = await Store.CreateAsync("docs", new CollectionSettings(null, 7, Metric.Cosine), Token);
        Assert.False(created);
        Assert.Equal(first.Info, second.Info);
        Assert.Equal(1, await second.CountAsync(null, Token));
    }

    [Fact]
    public async Task Documents_make_their_collection_and_a_collection_of_other_settings_takes_none()
    {
        var settings = new CollectionSettings("model", 2, Metric.Cosine);
        await Store.UpsertAsync("docs", settings, [Doc("a")], Token);
        await Store.UpsertAsync("docs", settings, [Doc("b")], Token);
        await Store.UpsertAsync("none", settings, [], Token);
        var other = await Assert.ThrowsAsync<CollectionExistsException>(
            () => Store.UpsertAsync("docs", settings with { Metric = Metric.InnerProduct }, [Doc("c")], Token));
        Assert.Equal(settings, other.Existing.Settings);
        await Assert.ThrowsAnyAsync<ArgumentException>(
            () => Store.UpsertAsync("more", settings, [Doc("a") with { Vector = new float[3] }], Token));
        await ReopenAsync();
        var found = await Store.ListAsync(Token);
        Assert.Equal(["docs", "none"], found.Select(collection => collection.Info.Name));
        long[] counts = await Task.WhenAll(found.Select(collection => collection.CountAsync(null, Token)));
        Assert.Equal([2, 0], counts);
        Assert.Equal(2, (await found[0].GetStatusAsync(Token)).Documents);
        Assert.Equal(
            ["a", "b"],
            (await TestDocuments.ReadAsync((await Store.FindAsync("docs", Token))!, Token)).Select(
                document => document.Id));
    }

    [Fact]
    public async Task Collections_are_listed_by_name_and_found_by_it_alone()
    {
        foreach (var name in new[] { "b", "B", "a", "c" })
        {
            await CreateAsync(name: name);
        }

        Assert.Equal(["B", "a", "b", "c"], (await Store.ListAsync(Token)).Select(collection => collection.Info.Name));
        Assert.Equal("b", (await Store.FindAsync("b", Token))?.Info.Name);
        Assert.Null(await Store.FindAsync("A", Token));
        Assert.True(await Store.DropAsync("b", Token));
        Assert.False(await Store.DropAsync("b", Token));
        Assert.Equal(["B", "a", "c"], (await Store.ListAsync(Token)).Select(collection => collection.Info.Name));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(65_537)]
    public async Task A_collection_of_impossible_vectors_is_refused(int dimensions)
    {
        await Assert.ThrowsAnyAsync<ArgumentException>(() => CreateAsync(dimensions));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => CreateAsync(2, (Metric)77));
        Assert.Empty(await Store.ListAsync(Token));
    }

    [Fact]
    public async Task A_dropped_collection_answers_nothing_any_more()
    {
        var docs = await CreateAsync();
        await docs.UpsertAsync([Doc("a")], Token);
        await Store.DropAsync("docs", Token);
        Assert.Null(await Store.FindAsync("docs", Token));
        await RefusesAllAsync(docs);

        var next = await CreateAsync(3);
        Assert.Equal((0, 3), (await next.CountAsync(null, Token), next.Info.Settings.Dimensions));
        await RefusesAllAsync(docs);
        await ReopenAsync();
        Assert.Equal(0, await (await Store.FindAsync("docs", Token))!.CountAsync(null, Token));
    }

    [Fact]
    public async Task A_collection_that_is_made_and_dropped_in_one_breath_is_gone()
    {
        for (var i = 0; i < 50; i++)
        {
            var making = CreateAsync();
            var dropping = Store.DropAsync("docs", Token);
            var docs = await making;
            Assert.True(await dropping);
            Assert.Null(await Store.FindAsync("docs", Token));
            await RefusesAllAsync(docs);
        }
    }

    private async Task RefusesAllAsync(IDocumentCollection docs)
    {
        Func<Task>[] calls =
        [
            () => docs.UpsertAsync([Doc("a")], Token),
            () => docs.DeleteAsync(["a"], Token),
            () => docs.DeleteAsync(new Filter.Exists("x"), Token),
            () => docs.CountAsync(null, Token),
            () => docs.GetAsync(["a"], DocumentParts.All, Token),
            () => docs.GetAsync(["a"], DocumentParts.None, Token),
            () => docs.ListAsync(null, null, 10, DocumentParts.All, Token),
            () => docs.SearchAsync(new SearchRequest(new float[2], 5), Token),
            async () => await docs.ReadAllAsync(DocumentParts.All, Token).ToListAsync(Token),
            () =>
                Store.Capabilities.HasFlag(StoreCapabilities.FaissExport)
                    ? docs.WriteFaissAsync(Stream.Null, Token)
                    : docs.CountAsync(null, Token),
        ];
        foreach (var call in calls)
        {
            Assert.Equal("docs", (await Assert.ThrowsAsync<CollectionNotFoundException>(call)).Name);
        }
    }
}
