using System.Runtime.ExceptionServices;
using Embeddings.Storage.Filtering;
using Embeddings.Storage.InMemory;
using Embeddings.Vectors.Index;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// Builds the memory of a collection from the file, on all cores, and compares count and digest with the file's.
/// </summary>
internal sealed class CollectionLoader(Readers readers, string path)
{
    private const int SlotsAPart = 8192;
    private const int RowsAWrite = 512;

    /// <param name="row">The collection.</param>
    /// <param name="progress">Called from any thread with the number of documents read since the last call.</param>
    /// <exception cref="StoreUnusableException">A row is damaged, missing or too many.</exception>
    /// <exception cref="OutOfMemoryException">There is not enough memory.</exception>
    public CollectionState Load(CollectionRow row, Action<int> progress)
    {
        var settings = row.Settings(path);
        var index = new FlatIndex(settings.Dimensions, settings.Metric);
        var entries = new Entry?[End(row)];
        var names = new FieldNames();
        var digest = 0L;
        try
        {
            Parallel.For(0, (entries.Length + SlotsAPart - 1) / SlotsAPart, part =>
                Interlocked.Add(ref digest, (long)LoadPart(row, part * SlotsAPart, index, entries, names, progress)));
        }
        catch (AggregateException exception) when (exception.InnerExceptions.FirstOrDefault(inner => inner is StoreException or OutOfMemoryException) is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        var table = EntryTable.Of(entries);
        if (table.Count != row.Documents || (ulong)digest != row.Digest)
        {
            throw new StoreUnusableException(
                $"{path} is damaged: collection '{row.Name}' should have {row.Documents} documents, and there are " +
                $"{table.Count}, or others. It was left as it is: restore it from a copy.");
        }

        return new CollectionState(index, table, names, row.Digest);
    }

    private int End(CollectionRow row)
    {
        using var reader = readers.Enter();
        return reader.End(row.Key);
    }

    private ulong LoadPart(
        CollectionRow row, int start, FlatIndex index, Entry?[] entries, FieldNames names, Action<int> progress)
    {
        using var reader = readers.Enter();
        var rows = reader.Rows(row.Key);
        var (ids, vectors, count) = (new long[RowsAWrite], new float[RowsAWrite * row.Dimensions], 0);
        var digest = 0UL;
        rows.Scan(start, start + SlotsAPart);
        while (rows.Next())
        {
            if (rows.Vector.Length != row.Dimensions)
            {
                throw Damaged(row, rows.Slot, $"it has {rows.Vector.Length} numbers");
            }

            entries[rows.Slot] = rows.Entry(names);
            digest += rows.Checksum;
            ids[count] = rows.Slot;
            rows.Vector.CopyTo(vectors.AsSpan(count * row.Dimensions));
            if (++count == RowsAWrite)
            {
                Write(count);
                count = 0;
            }
        }

        Write(count);
        return digest;

        void Write(int rowsRead)
        {
            try
            {
                index.Upsert(ids.AsSpan(0, rowsRead), vectors.AsSpan(0, rowsRead * row.Dimensions));
            }
            catch (ArgumentException exception)
            {
                throw Damaged(row, (int)ids[0], exception.Message);
            }

            progress(rowsRead);
        }
    }

    private StoreUnusableException Damaged(CollectionRow row, int slot, string problem) =>
        new($"{path} is damaged (row {slot} of collection '{row.Name}': {problem}). It was left as it is: restore " +
            "it from a copy.");
}
