using System.Runtime.InteropServices;
using System.Text;
using Embeddings.Storage.InMemory;

namespace Embeddings.Storage.Sqlite;

/// <summary>Writes rows of a table of documents.</summary>
internal sealed class RowWriter(Connection connection, string table) : IRowWriter, IDisposable
{
    private readonly Checksum _checksum = new();
    private readonly Statement _put = connection.Prepare(
        $"INSERT OR REPLACE INTO {table} (slot, id, revision, text, metadata, vector, checksum) " +
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    private readonly Statement _delete = connection.Prepare($"DELETE FROM {table} WHERE slot = ?1");

    private byte[] _buffer = new byte[4096];

    /// <inheritdoc/>
    public ulong Put(int slot, Document document, long revision)
    {
        var json = document.Metadata?.Json;
        var most = Encoding.UTF8.GetMaxByteCount(document.Id.Length) + Most(document.Text) + Most(json);
        if (_buffer.Length < most)
        {
            _buffer = new byte[Math.Max(most, 2 * _buffer.Length)];
        }

        var rest = _buffer.AsSpan();
        var id = Encode(document.Id, ref rest);
        var text = Encode(document.Text, ref rest);
        var metadata = Encode(json, ref rest);
        var (textType, metadataType) = (
            document.Text is null ? Bytes.Null : Bytes.Text, json is null ? Bytes.Null : Bytes.Text);
        // Little-endian, as all platforms of .NET here are.
        var vector = MemoryMarshal.AsBytes(document.Vector.Span);
        var checksum = _checksum.OfDocument(slot, revision, id, text, textType, metadata, metadataType, vector);
        _put.Bind(1, slot).Bind(2, id, Bytes.Text).Bind(3, revision).Bind(4, text, textType)
            .Bind(5, metadata, metadataType)
            .Bind(6, vector, Bytes.Blob).Bind(7, (long)checksum).Run();
        return checksum;
    }

    /// <inheritdoc/>
    public void Delete(int slot) => _delete.Bind(1, slot).Run();

    public void Dispose()
    {
        _put.Dispose();
        _delete.Dispose();
    }

    private static int Most(string? text) => text is null ? 0 : Encoding.UTF8.GetMaxByteCount(text.Length);

    private static ReadOnlySpan<byte> Encode(string? text, ref Span<byte> rest)
    {
        var bytes = rest[..Encoding.UTF8.GetBytes(text, rest)];
        rest = rest[bytes.Length..];
        return bytes;
    }
}
