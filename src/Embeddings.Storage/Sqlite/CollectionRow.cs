using Embeddings.Vectors;

namespace Embeddings.Storage.Sqlite;

/// <summary>A row of the table <c>collections</c>.</summary>
/// <param name="Key">Key of its table <c>documents_&lt;key&gt;</c>. A key is never used again.</param>
/// <param name="Name">Name of the collection.</param>
/// <param name="Model">As <see cref="CollectionSettings.Model"/>.</param>
/// <param name="Dimensions">As <see cref="CollectionSettings.Dimensions"/>.</param>
/// <param name="Metric">Name of the metric.</param>
/// <param name="Created">Unix milliseconds.</param>
/// <param name="Documents">Number of documents.</param>
/// <param name="Digest">Sum of their rows' checksums. It shows a row that was lost or has come back.</param>
internal sealed record CollectionRow(
    long Key, string Name, string? Model, int Dimensions, string Metric, long Created, long Documents, ulong Digest)
{
    public const string Columns = "key, name, model, dimensions, metric, created, documents, digest, checksum, " +
        "document_prompt, query_prompt";

    private const string Replace = $"INSERT OR REPLACE INTO collections ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, " +
        "?7, ?8, ?9, ?10, ?11)";

    /// <summary>As <see cref="CollectionSettings.DocumentPrompt"/>.</summary>
    public string? DocumentPrompt { get; init; }

    /// <summary>As <see cref="CollectionSettings.QueryPrompt"/>.</summary>
    public string? QueryPrompt { get; init; }

    /// <summary>All rows.</summary>
    /// <exception cref="StoreUnusableException">A row is not what was written.</exception>
    public static List<CollectionRow> ReadAll(Connection connection)
    {
        var rows = new List<CollectionRow>();
        var checksum = new Checksum();
        using var statement = connection.Prepare($"SELECT {Columns} FROM collections ORDER BY key");
        while (statement.Step())
        {
            // In a damaged row even a NOT NULL column may be NULL.
            var row = new CollectionRow(
                statement.Integer(0), statement.Text(1) ?? "", statement.Text(2), (int)statement.Integer(3), statement
                    .Text(4) ?? "", statement.Integer(5),
                statement.Integer(6), (ulong)statement.Integer(7))
            {
                DocumentPrompt = statement.Text(9),
                QueryPrompt = statement.Text(10),
            };
            rows.Add((ulong)statement.Integer(8) == checksum.OfCollection(row)
                ? row
                : throw new StoreUnusableException($"{connection.Path} is damaged (collection {row.Key}). It was " +
                    "left as it is: restore it from a copy."));
        }

        return rows;
    }

    /// <summary>The settings of the collection.</summary>
    /// <param name="path">Path of the file, for the message.</param>
    /// <exception cref="StoreUnusableException">The metric is one that this version does not know.</exception>
    public CollectionSettings Settings(string path) => Enum.TryParse<Metric>(Metric, out var metric)
        ? new CollectionSettings(Model, Dimensions, metric)
        {
            DocumentPrompt = DocumentPrompt,
            QueryPrompt = QueryPrompt,
        }
        : throw new StoreUnusableException($"{path} has a metric that this version does not know: {Metric}.");

    /// <summary>Adds it, or replaces the one that has its key.</summary>
    public void Write(Connection connection)
    {
        connection.Often(Replace).Bind(1, Key).Bind(2, Name).Bind(3, Model).Bind(4, Dimensions).Bind(5, Metric).Bind(
            6, Created)
            .Bind(7, Documents).Bind(8, (long)Digest).Bind(9, (long)new Checksum().OfCollection(this))
            .Bind(10, DocumentPrompt).Bind(11, QueryPrompt).Run();
    }
}
