namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>What is in the store of a writer that was killed.</summary>
internal static class CrashedStore
{
    /// <summary>
    /// Ids with their versions, by client, after a look at whether all that belongs together is together.
    /// </summary>
    public static async Task<SortedDictionary<string, int>[]> ReadAsync(IDocumentStore store)
    {
        SortedDictionary<string, int>[] clients = [.. Enumerable.Range(0, CrashPlan.Clients).Select(
            _ => new SortedDictionary<string, int>(StringComparer.Ordinal))];
        foreach (var collection in await store.ListAsync(CancellationToken.None))
        {
            var passing = collection.Info.Name == Operation.Passing;
            Assert.Equal(passing ? Operation.Passing : Operation.Documents, collection.Info.Name);
            Assert.Equal(Operation.Settings, collection.Info.Settings);
            if (passing)
            {
                clients[CrashPlan.PassingClient].Add(Operation.Passing, 0);
            }

            var documents = await TestDocuments.ReadAsync(collection, TestContext.Current.CancellationToken);
            foreach (var document in documents)
            {
                var version = int.Parse(document.Metadata!.Json["{\"version\":".Length..^1], null);
                Assert.Equal(TestDocuments.Show(Operation.Make(document.Id, version)), TestDocuments.Show(document));
                clients[passing ? CrashPlan.PassingClient : CrashPlan.ClientOf(document.Id)].Add(document.Id, version);
            }

            await SearchesAreRightAsync(collection, documents);
        }

        return clients;
    }

    /// <summary>Searches give what the documents say.</summary>
    public static async Task SearchesAreRightAsync(IDocumentCollection collection, List<Document> documents)
    {
        var (settings, random) = (collection.Info.Settings, new Random(documents.Count));
        Assert.Equal(documents.Count, await collection.CountAsync(null, CancellationToken.None));
        for (var i = 0; i < 3; i++)
        {
            var query = TestDocuments.Vector(random, settings.Dimensions);
            var found = (await collection.SearchAsync(new SearchRequest(query, documents.Count + 1) { Parts = DocumentParts.All }, TestContext.Current.CancellationToken))[0];
            Assert.Equal(
                BruteForce.Rank(settings.Metric, documents, query),
                found.Select(item => (item.Document.Id, item.Score)));
            Assert.Equal(TestDocuments.Show(documents), TestDocuments.Show(found.Select(item => item.Document)));
        }
    }
}
