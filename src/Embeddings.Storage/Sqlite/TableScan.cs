namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Reads every row of a collection's table in one state of the file, by slot. Another thread may end it between two
/// rows.
/// </summary>
internal sealed class TableScan : IDisposable
{
    private readonly Lock _lock = new();
    private readonly Readers.Reader _reader;
    private readonly LongReads.LongRead _read;
    private readonly long _key;
    private RowReader? _rows;

    /// <param name="reader">Reads the state; disposed of with this object.</param>
    /// <param name="reads">Ends the read if it is too slow.</param>
    /// <param name="row">The collection.</param>
    public TableScan(Readers.Reader reader, LongReads reads, CollectionRow row)
    {
        (_reader, _key) = (reader, row.Key);
        _read = reads.BeginOnFile(row.Name, Release);
    }

    /// <summary>The next document, or null after the last.</summary>
    /// <exception cref="ReadEndedException">It was ended.</exception>
    public Document? Next(DocumentParts parts)
    {
        lock (_lock)
        {
            _read.ThrowIfEnded();
            if (_rows is null)
            {
                _rows = _reader.Rows(_key);
                _rows.Scan(0, int.MaxValue);
            }

            return _rows.Next() ? _rows.Document(parts) : null;
        }
    }

    public void Dispose()
    {
        _read.Dispose();
        Release();
    }

    private void Release()
    {
        lock (_lock)
        {
            _reader.Dispose();
        }
    }
}
