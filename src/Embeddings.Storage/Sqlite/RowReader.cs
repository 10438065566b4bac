using System.Runtime.InteropServices;
using Embeddings.Storage.Filtering;
using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Sqlite;

/// <summary>Reads rows of a collection's table, and verifies the checksum of each.</summary>
internal sealed class RowReader(Connection connection, long key) : IDisposable
{
    private const string Columns = "slot, id, revision, text, metadata, vector, checksum";

    private readonly Checksum _checksum = new();
    private readonly Statement _find = connection.Prepare($"SELECT {Columns} FROM documents_{key} WHERE slot = ?1");
    private readonly Statement _scan = connection.Prepare(
        $"SELECT {Columns} FROM documents_{key} WHERE slot >= ?1 AND slot < ?2 ORDER BY slot");

    private readonly Statement _last = connection.Prepare(
        $"SELECT {Columns} FROM documents_{key} ORDER BY slot DESC LIMIT 1");

    private Statement? _current;

    private Statement Row => _current ?? throw new InvalidOperationException("There is no row.");

    public int Slot => (int)Row.Integer(0);

    public string Id => Row.Text(1)!;

    public long Revision => Row.Integer(2);

    public string? Metadata => Row.Text(4);

    /// <summary>[dimensions], until the next row.</summary>
    public ReadOnlySpan<float> Vector => MemoryMarshal.Cast<byte, float>(Row.Span(5));

    /// <summary>Bytes of id, text, metadata and vector.</summary>
    private int ValueBytes => Row.Span(1).Length + Row.Span(3).Length + Row.Span(4).Length + Row.Span(5).Length;

    private int MetadataBytes => Row.Span(4).Length;

    public ulong Checksum => (ulong)Row.Integer(6);

    /// <summary>Goes to the row of a slot.</summary>
    /// <returns>False when it is empty.</returns>
    public bool Find(int slot)
    {
        Begin(_find).Bind(1, slot);
        return Next();
    }

    /// <summary>Goes to the row of the largest slot.</summary>
    /// <returns>False when there are no rows.</returns>
    public bool Last()
    {
        Begin(_last);
        return Next();
    }

    /// <summary>Begins to read the rows of a range of slots, by slot.</summary>
    public void Scan(int start, int end) => Begin(_scan).Bind(1, start).Bind(2, end);

    /// <summary>Goes to the next row.</summary>
    /// <returns>False after the last.</returns>
    /// <exception cref="StoreUnusableException">The row is damaged.</exception>
    public bool Next()
    {
        if (!Row.Step())
        {
            End();
            return false;
        }

        var expected = _checksum.OfDocument(
            Row.Integer(0), Revision, Row.Span(1), Row.Span(3), TypeOf(3), Row.Span(4), TypeOf(4), Row.Span(5));
        return expected == Checksum
            ? true
            : throw new StoreUnusableException($"{connection.Path} is damaged (row {Row.Integer(0)} of collection " +
                $"{key}). It was left as it is: restore it from a copy.");
    }

    /// <summary>The row as a document.</summary>
    public Document Document(DocumentParts parts) => new(
        Id,
        parts.HasFlag(DocumentParts.Vector) ? Vector.ToArray() : default(ReadOnlyMemory<float>),
        parts.HasFlag(DocumentParts.Text) ? Row.Text(3) : null,
        parts.HasFlag(DocumentParts.Metadata) && Metadata is { } json ? Filtering.Metadata.Stored(json) : null)
    { Number = Slot };

    /// <summary>The row as an entry of the memory.</summary>
    public Entry Entry(FieldNames names) =>
        new(
            Id,
            Metadata is { } json ? Filtering.Metadata.Stored(json).Fields.Shared(names) : MetadataFields.None,
            Revision,
            Checksum)
        {
            RowBytes = InMemory.Entry.RowOverhead + ValueBytes,
            MetadataBytes = MetadataBytes,
        };

    /// <summary>Leaves the row. Until then SQLite keeps its state of the file.</summary>
    public void End()
    {
        _current?.Reset();
        _current = null;
    }

    public void Dispose()
    {
        _find.Dispose();
        _scan.Dispose();
        _last.Dispose();
    }

    // SQLite takes new parameters only after a reset.
    private Statement Begin(Statement statement)
    {
        End();
        _current = statement;
        return statement;
    }

    private Bytes TypeOf(int column) => Row.IsNull(column) ? Bytes.Null : Bytes.Text;
}
