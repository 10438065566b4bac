using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>
/// What becomes of one write, in a store and in the model of one client: ids with the versions of their documents.
/// </summary>
/// <param name="Kind">The kind of write.</param>
/// <param name="Ids">The documents that it changes.</param>
/// <param name="Version">What the documents are made from.</param>
internal sealed record Operation(OperationKind Kind, string[] Ids, int Version)
{
    public const string Documents = "documents";

    /// <summary>A collection that comes and goes; in its model it is an id of its own.</summary>
    public const string Passing = "passing";

    private const int Dimensions = 4;

    public static CollectionSettings Settings { get; } = new(null, Dimensions, Metric.Euclidean);

    /// <summary>Text, metadata and vector all tell of the id and the version.</summary>
    public static Document Make(string id, int version) => TestDocuments.Make(
        id, $"{id} {version} {new string('x', version % 300)}", $$"""{"version":{{version}}}""",
        TestDocuments.Vector(new Random(version + id.Sum(letter => 7919 * letter)), Dimensions));

    public void Apply(SortedDictionary<string, int> model)
    {
        switch (Kind)
        {
            case OperationKind.Drop:
                model.Clear();
                break;
            case OperationKind.Delete:
                Array.ForEach(Ids, id => model.Remove(id));
                break;
            default:
                Array.ForEach(Ids, id => model[id] = id == Passing ? 0 : Version);
                break;
        }
    }

    public Task RunAsync(IDocumentStore store) => Kind switch
    {
        OperationKind.Drop => store.DropAsync(Passing, CancellationToken.None),
        OperationKind.Create => store.CreateAsync(Passing, Settings, CancellationToken.None),
        OperationKind.Delete => OnAsync(store, Documents, docs => docs.DeleteAsync(Ids, CancellationToken.None)),
        OperationKind.Found =>
            store.UpsertAsync(
                Passing, Settings, [.. Ids.Where(id => id != Passing).Select(id => Make(id, Version))],
                CancellationToken.None),
        OperationKind.Fill =>
            OnAsync(store, Passing, docs => docs.UpsertAsync(
                [.. Ids.Select(id => Make(id, Version))], CancellationToken.None)),
        _ => OnAsync(
            store, Documents,
            docs => docs.UpsertAsync([.. Ids.Select(id => Make(id, Version))], CancellationToken.None)),
    };

    private static async Task OnAsync(IDocumentStore store, string name, Func<IDocumentCollection, Task> action) =>
        await action((await store.FindAsync(name, CancellationToken.None))!);
}

internal enum OperationKind
{
    Upsert,
    Delete,
    Drop,
    Create,
    Found,
    Fill,
}
