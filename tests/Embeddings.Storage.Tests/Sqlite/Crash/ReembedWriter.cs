using System.Globalization;
using Embeddings.Vectors;

namespace Embeddings.Storage.Tests.Sqlite.Crash;

/// <summary>
/// The process that is killed while it moves a collection from one model to the next, again and again; says so after
/// each.
/// </summary>
internal static class ReembedWriter
{
    public const string Command = "reembed-writer";
    public const string Collection = "documents";
    public const int Documents = 200;

    public static async Task<int> RunAsync(string[] args)
    {
        var store = await Stores.OpenAsync(args[1]);
        var (documents, _) = await store.CreateAsync(
            Collection, new CollectionSettings("0", 2, Metric.Euclidean), CancellationToken.None);
        if (await documents.CountAsync(null, CancellationToken.None) == 0)
        {
            await documents.UpsertAsync(
                [.. Enumerable.Range(0, Documents).Select(i => Make($"{i}", "0", 2))], CancellationToken.None);
        }

        var output = Console.OpenStandardOutput();
        // The writer ends with the test.
        var orphaned = Console.OpenStandardInput().ReadAsync(new byte[1]).AsTask();
        await await Task.WhenAny(orphaned, Task.Run(() => MoveAsync(documents, output)));
        return 1;
    }

    /// <summary>Text and vector tell of the id, and the vector of the model.</summary>
    public static Document Make(string id, string model, int dimensions) => TestDocuments.Make(
        id, $"text of {id}", $$"""{"id":"{{id}}"}""", [.. Enumerable.Range(0, dimensions).Select(i => int.Parse(id, null) + (float)i + int.Parse(model, null))]);

    public static int DimensionsOf(string model) => 2 + (int.Parse(model, CultureInfo.InvariantCulture) % 3);

    private static async Task MoveAsync(IDocumentCollection documents, Stream output)
    {
        while (true)
        {
            var model = $"{int.Parse(documents.Info.Settings.Model!, CultureInfo.InvariantCulture) + 1}";
            documents = await documents.ReembedAsync(new ReembedRequest(
                model, DimensionsOf(model), (batch, _) => Task.FromResult<IReadOnlyList<ReadOnlyMemory<float>>>(
                [.. batch.Select(document => Make(document.Text!["text of ".Length..], model, DimensionsOf(model)).Vector)])), CancellationToken.None);
            output.Write(System.Text.Encoding.ASCII.GetBytes($"{model}\n"));
        }
    }
}
