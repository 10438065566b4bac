using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Embeddings.Api.Wire;

/// <summary>
/// Finds the first byte that is not UTF-8 in bytes that come part by part. An instance is for one stream.
/// </summary>
internal sealed class Utf8Check
{
    // The first bytes of a character whose last bytes are in the next part.
    private readonly byte[] _open = new byte[4];
    private int _openCount;
    private long _position;

    /// <summary>
    /// Offset of the first byte, from 0, that begins no character; null if there is none.
    /// </summary>
    public static int? FirstInvalidOf(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
        {
            return null;
        }

        for (var i = 0; i < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[i..], out _, out var length) != OperationStatus.Done)
            {
                return i;
            }

            i += length;
        }

        return null;
    }

    /// <summary>
    /// The same for the next part of a stream, as an offset in the stream. An empty part is the end of the stream.
    /// </summary>
    public long? FirstInvalid(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
        {
            return _openCount > 0 ? _position - _openCount : null;
        }

        while (_openCount > 0 && !part.IsEmpty)
        {
            _open[_openCount++] = part[0];
            part = part[1..];
            _position++;
            switch (Rune.DecodeFromUtf8(_open.AsSpan(0, _openCount), out _, out _))
            {
                case OperationStatus.Done:
                    _openCount = 0;
                    break;
                case OperationStatus.InvalidData:
                    return _position - _openCount;
                default:
                    break;
            }
        }

        if (part.IsEmpty)
        {
            return null;
        }

        var open = OpenAtEnd(part);
        if (FirstInvalidOf(part[..^open]) is { } at)
        {
            return _position + at;
        }

        part[^open..].CopyTo(_open);
        _openCount = open;
        _position += part.Length;
        return null;
    }

    // How many bytes at the end may be the beginning of a character.
    private static int OpenAtEnd(ReadOnlySpan<byte> bytes)
    {
        for (var i = 1; i <= 3 && i <= bytes.Length; i++)
        {
            if ((bytes[^i] & 0b1100_0000) != 0b1000_0000)
            {
                return Rune.DecodeFromUtf8(bytes[^i..], out _, out _) == OperationStatus.NeedMoreData ? i : 0;
            }
        }

        return 0;
    }
}
