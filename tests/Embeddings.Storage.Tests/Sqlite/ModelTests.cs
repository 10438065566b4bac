using Embeddings.Storage.Filtering;
using Embeddings.Storage.Sqlite;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Sqlite;

/// <summary>Random operations on a store and on a dictionary: both must always say the same.</summary>
public sealed class ModelTests
{
    private const int Dimensions = 8;

    private static readonly int Operations = Effort.Count(3_000, 40_000);

    [Theory]
    [InlineData(1, Metric.Cosine)]
    [InlineData(2, Metric.InnerProduct)]
    [InlineData(3, Metric.Euclidean)]
    public async Task Random_operations_give_what_a_dictionary_gives(int seed, Metric metric)
    {
        using var folder = new TemporaryFolder();
        var run = new Run(new Random(seed), metric, folder.File("store.db"));
        try
        {
            await run.OpenAsync();
            for (; run.Done < Operations; run.Done++)
            {
                await run.StepAsync();
            }
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            throw new InvalidOperationException($"Seed {seed}, operation {run.Done}: {exception.Message}", exception);
        }
        finally
        {
            await run.Store.DisposeAsync();
        }
    }

    private sealed class Run(Random random, Metric metric, string path)
    {
        private readonly Dictionary<string, Document> _model = [];
        private IDocumentCollection _docs = null!;

        public int Done { get; set; }

        public SqliteDocumentStore Store { get; private set; } = null!;

        private static CancellationToken Token => TestContext.Current.CancellationToken;

        public async Task OpenAsync()
        {
            Store = await Stores.OpenAsync(path, Durability.Normal);
            _docs = (await Store.CreateAsync("docs", new CollectionSettings(null, Dimensions, metric), Token)).Collection;
        }

        public Task StepAsync() => random.Next(200) switch
        {
            0 => random.Next(4) == 0 ? RestartAsync() : CompareAllAsync(),
            < 40 => UpsertAsync(random.Next(2, 12)),
            < 90 => UpsertAsync(1),
            < 110 => DeleteAsync(random.Next(1, 6)),
            < 114 => DeleteFilteredAsync(),
            < 150 => SearchAsync(),
            < 175 => GetAsync(),
            < 185 => ListAsync(),
            _ => CountAsync(),
        };

        private string Id() => $"{random.Next(random.Next(2) == 0 ? 30 : 600)}";

        private int Group() => random.Next(40);

        private static bool IsIn(Document document, int group) => document.Metadata?.Json == $$"""{"group":{{group}}}""";

        private static Filter In(int group) => new Filter.Compare("group", Comparison.Equal, MetadataValue.Of(group));

        private async Task RestartAsync()
        {
            await Store.DisposeAsync();
            await OpenAsync();
            await CompareAllAsync();
        }

        private async Task CompareAllAsync()
        {
            Assert.Equal(_model.Count, await _docs.CountAsync(null, Token));
            Assert.Equal(
                TestDocuments.Show(_model.Values), TestDocuments.Show(await TestDocuments.ReadAsync(_docs, Token)));
        }

        private async Task UpsertAsync(int count)
        {
            Document[] documents =
            [
                .. Enumerable.Range(0, count).Select(_ => TestDocuments.Make(
                    Id(), random.Next(5) == 0 ? null : $"text {Done}", random.Next(5) == 0 ? null : $$"""{"group":{{Group()}}}""", TestDocuments.Vector(random, Dimensions))),
            ];
            await _docs.UpsertAsync(documents, Token);
            foreach (var document in documents)
            {
                _model[document.Id] = document;
            }
        }

        private async Task DeleteAsync(int count)
        {
            string[] ids = [.. Enumerable.Range(0, count).Select(_ => Id())];
            Assert.Equal(ids.Count(_model.Remove), await _docs.DeleteAsync(ids, Token));
        }

        private async Task DeleteFilteredAsync()
        {
            var group = Group();
            var gone = _model.Values.Where(document => IsIn(document, group)).Select(document => document.Id).ToArray();
            Assert.Equal(gone.Count(_model.Remove), await _docs.DeleteAsync(In(group), Token));
        }

        private async Task SearchAsync()
        {
            var (query, group, filtered) = (TestDocuments.Vector(random, Dimensions), Group(), random.Next(2) == 0);
            var request = new SearchRequest(query, random.Next(1, 20)) { Offset = random.Next(2) * random.Next(20), Filter = filtered ? In(group) : null };
            var expected = BruteForce.Rank(
                metric, _model.Values.Where(document => !filtered || IsIn(document, group)), query);
            var found = (await _docs.SearchAsync(request with { Parts = DocumentParts.All }, Token))[0];
            Assert.Equal(
                expected.Skip(request.Offset).Take(request.Limit),
                found.Select(item => (item.Document.Id, item.Score)));
            Assert.All(
                found,
                item => Assert.Equal(TestDocuments.Show(_model[item.Document.Id]), TestDocuments.Show(item.Document)));
        }

        private async Task GetAsync()
        {
            string[] ids = [.. Enumerable.Range(0, random.Next(1, 10)).Select(_ => Id())];
            var found = await _docs.GetAsync(ids, DocumentParts.All, Token);
            Assert.Equal(
                ids.Where(_model.ContainsKey).Select(id => TestDocuments.Show(_model[id])),
                found.Select(TestDocuments.Show));
        }

        private async Task ListAsync()
        {
            var group = Group();
            var found = (await _docs.ListAsync(In(group), null, 1000, DocumentParts.All, Token)).Documents;
            Assert.Equal(
                TestDocuments.Show(_model.Values.Where(document => IsIn(document, group))), TestDocuments.Show(found));
        }

        private async Task CountAsync()
        {
            var group = Group();
            Assert.Equal(
                _model.Values.Count(document => IsIn(document, group)), await _docs.CountAsync(In(group), Token));
        }
    }
}
