using System.Text;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// The tables of classifiers. They are read from the file each time: that takes less than to embed a text. Names are in
/// the order of their UTF-8 bytes there, so lists are sorted again.
/// </summary>
internal sealed class SqliteClassifiers(GroupCommitter committer, Readers readers, string path) : IClassifierStore
{
    private const string Columns = "name, model, created, description, content, checksum";

    private const string Put = $"INSERT OR REPLACE INTO classifiers ({Columns}) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

    private const string PutExamples =
        "INSERT OR REPLACE INTO classifier_examples (name, examples, checksum) VALUES (?1, ?2, ?3)";

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredClassifier>> ListAsync(CancellationToken cancellationToken)
    {
        var classifiers = new List<StoredClassifier>();
        using var reader = readers.EnterNow();
        using var rows = reader.Connection.Prepare($"SELECT {Columns} FROM classifiers");
        while (rows.Step())
        {
            cancellationToken.ThrowIfCancellationRequested();
            classifiers.Add(Read(rows));
        }

        classifiers.Sort((x, y) => string.CompareOrdinal(x.Name, y.Name));
        return Task.FromResult<IReadOnlyList<StoredClassifier>>(classifiers);
    }

    /// <inheritdoc/>
    public Task<StoredClassifier?> FindAsync(string name, CancellationToken cancellationToken)
    {
        using var reader = readers.EnterNow();
        using var row = reader.Connection.Prepare($"SELECT {Columns} FROM classifiers WHERE name = ?1");
        return Task.FromResult(row.Bind(1, name).Step() ? Read(row) : null);
    }

    /// <inheritdoc/>
    public Task<ReadOnlyMemory<byte>?> GetExamplesAsync(string name, CancellationToken cancellationToken)
    {
        using var reader = readers.EnterNow();
        using var row = reader.Connection.Prepare("SELECT examples, checksum FROM classifier_examples WHERE name = ?1");
        if (!row.Bind(1, name).Step())
        {
            return Task.FromResult<ReadOnlyMemory<byte>?>(null);
        }

        var examples = row.Span(0).ToArray();
        return (ulong)row.Integer(1) == new Checksum().OfExamples(name, examples)
            ? Task.FromResult<ReadOnlyMemory<byte>?>(examples)
            : throw Damaged(name);
    }

    /// <inheritdoc/>
    public Task<bool> PutAsync(
        StoredClassifier classifier, ReadOnlyMemory<byte> examples, CancellationToken cancellationToken)
    {
        ArgumentCheck.Classifier(classifier);
        return committer.RunAsync(1, transaction =>
        {
            var isNew = !Has(transaction.Connection, classifier.Name);
            transaction.Touch(adds: true);
            transaction.Connection.Often(Put)
                .Bind(1, classifier.Name).Bind(2, classifier.Model).Bind(3, classifier.Created.ToUnixTimeMilliseconds())
                .Bind(4, Encoding.UTF8.GetBytes(classifier.Description), Bytes.Text)
                .Bind(5, classifier.Content.Span, Bytes.Blob)
                .Bind(6, (long)new Checksum().OfClassifier(classifier)).Run();
            transaction.Connection.Often(PutExamples)
                .Bind(1, classifier.Name).Bind(2, examples.Span, Bytes.Blob)
                .Bind(3, (long)new Checksum().OfExamples(classifier.Name, examples.Span)).Run();
            return isNew;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string name, CancellationToken cancellationToken) => committer.RunAsync(
        1,
        transaction =>
        {
            if (!Has(transaction.Connection, name))
            {
                return false;
            }

            transaction.Touch(adds: false);
            transaction.Connection.Often("DELETE FROM classifiers WHERE name = ?1").Bind(1, name).Run();
            transaction.Connection.Often("DELETE FROM classifier_examples WHERE name = ?1").Bind(1, name).Run();
            return true;
        },
        cancellationToken);

    private static bool Has(Connection connection, string name) =>
        connection.Often("SELECT count(*) FROM classifiers WHERE name = ?1").Bind(1, name).RunForInteger() > 0;

    private StoredClassifier Read(Statement row)
    {
        // In a damaged row even a NOT NULL column may be NULL.
        var classifier = new StoredClassifier(
            row.Text(0) ?? "", row.Text(1) ?? "", DateTimeOffset.FromUnixTimeMilliseconds(row.Integer(2)),
            row.Text(3) ?? "", row.Span(4).ToArray());
        return (ulong)row.Integer(5) == new Checksum().OfClassifier(classifier)
            ? classifier
            : throw Damaged(classifier.Name);
    }

    private StoreException Damaged(string name) => new(
        $"{path} is damaged (classifier '{name}'). Delete that classifier, or restore the file from a copy.");
}
