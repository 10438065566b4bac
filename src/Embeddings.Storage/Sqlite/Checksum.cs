using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// The checksum of a row (XXH3, 64 bits), stored in the row. SQLite notices damage to its own structure, but not to the
/// stored values.
/// </summary>
internal sealed class Checksum
{
    private readonly XxHash3 _hash = new();

    /// <summary>
    /// The checksum of a document's row. It includes the lengths of values, so that no byte can move from one value to
    /// the next.
    /// </summary>
    public ulong OfDocument(
        long slot, long revision, ReadOnlySpan<byte> id, ReadOnlySpan<byte> text, Bytes textType,
        ReadOnlySpan<byte> metadata, Bytes metadataType, ReadOnlySpan<byte> vector)
    {
        Append(slot);
        Append(revision);
        Append(id, Bytes.Text);
        Append(text, textType);
        Append(metadata, metadataType);
        Append(vector, Bytes.Blob);
        return End();
    }

    /// <summary>The checksum of a collection's row.</summary>
    public ulong OfCollection(CollectionRow row)
    {
        Append(row.Key);
        Append(Encoding.UTF8.GetBytes(row.Name), Bytes.Text);
        Append(row.Model);
        Append(row.Dimensions);
        Append(Encoding.UTF8.GetBytes(row.Metric), Bytes.Text);
        Append(row.Created);
        Append(row.Documents);
        Append((long)row.Digest);
        // Rows of earlier versions have no prompts, and keep their checksums.
        if (row.DocumentPrompt is not null || row.QueryPrompt is not null)
        {
            Append(row.DocumentPrompt);
            Append(row.QueryPrompt);
        }

        return End();
    }

    /// <summary>The checksum of a classifier's row.</summary>
    public ulong OfClassifier(StoredClassifier classifier)
    {
        Append(Encoding.UTF8.GetBytes(classifier.Name), Bytes.Text);
        Append(Encoding.UTF8.GetBytes(classifier.Model), Bytes.Text);
        Append(classifier.Created.ToUnixTimeMilliseconds());
        Append(Encoding.UTF8.GetBytes(classifier.Description), Bytes.Text);
        Append(classifier.Content.Span, Bytes.Blob);
        return End();
    }

    /// <summary>The checksum of the row of a classifier's examples.</summary>
    public ulong OfExamples(string name, ReadOnlySpan<byte> examples)
    {
        Append(Encoding.UTF8.GetBytes(name), Bytes.Text);
        Append(examples, Bytes.Blob);
        return End();
    }

    private void Append(string? value) =>
        Append(Encoding.UTF8.GetBytes(value ?? ""), value is null ? Bytes.Null : Bytes.Text);

    private void Append(ReadOnlySpan<byte> value, Bytes type)
    {
        Append(type == Bytes.Null ? -1L : value.Length);
        _hash.Append(value);
    }

    private void Append(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        _hash.Append(bytes);
    }

    private ulong End()
    {
        var value = _hash.GetCurrentHashAsUInt64();
        _hash.Reset();
        return value;
    }
}
