using System.Buffers.Binary;
using System.IO.Hashing;

namespace Embeddings.Storage.Sqlite;

/// <summary>
/// The lock file beside a store, held as long as a process has the store open. It contains the witness: the number of
/// the last acknowledged commit.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    /// <summary>A witness that says that a restore is replacing files: there is no complete store.</summary>
    public const long Unfinished = long.MaxValue;

    private const int WitnessLength = 16;

    // The codes of .NET's exception for a file that another process has locked: EAGAIN, and ERROR_SHARING_VIOLATION.
    private const int InUseOnLinux = 11;
    private const int InUseOnMac = 35;
    private const int InUseOnWindows = 32;

    private readonly FileStream _file;

    /// <exception cref="StoreUnusableException">Another process holds the lock.</exception>
    public StoreLock(string path)
    {
        try
        {
            _file = new FileStream(
                NameOf(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
        }
        catch (IOException exception) when (
            (exception.HResult & 0xFFFF) is InUseOnLinux or InUseOnMac or InUseOnWindows)
        {
            throw new StoreUnusableException(
                $"{path} is in use by another process. Stop that one, or name another file.", exception);
        }
    }

    /// <summary>Number of the last acknowledged commit; null if there is none.</summary>
    public long? Witness
    {
        get
        {
            Span<byte> bytes = stackalloc byte[WitnessLength];
            Span<byte> hash = stackalloc byte[sizeof(long)];
            if (RandomAccess.Read(_file.SafeFileHandle, bytes, 0) < WitnessLength)
            {
                return null;
            }

            XxHash3.Hash(bytes[..sizeof(long)], hash);
            return bytes[sizeof(long)..].SequenceEqual(hash) ? BinaryPrimitives.ReadInt64LittleEndian(bytes) : null;
        }

        set
        {
            if (value is not { } commits)
            {
                _file.SetLength(0);
                return;
            }

            Span<byte> bytes = stackalloc byte[WitnessLength];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, commits);
            XxHash3.Hash(bytes[..sizeof(long)], bytes[sizeof(long)..]);
            RandomAccess.Write(_file.SafeFileHandle, bytes, 0);
        }
    }

    /// <summary>Name of the lock file of a store.</summary>
    public static string NameOf(string path) => $"{path}.lock";

    public void Dispose() => _file.Dispose();
}
