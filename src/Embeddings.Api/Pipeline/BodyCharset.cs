using System.Text;
using Embeddings.Api.Limits;

namespace Embeddings.Api.Pipeline;

/// <summary>The charset of a body that is not in UTF-8.</summary>
/// <param name="Name">As the content type has it.</param>
internal sealed record BodyCharset(string Name)
{
    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>Whether a name is UTF-8's, or of a part of it.</summary>
    public static bool IsUtf8(string name) => name.ToLowerInvariant() is "utf-8" or "utf8" or "us-ascii" or "ascii";

    /// <summary>Whether bodies in it can be read.</summary>
    public bool IsKnown => Name.ToLowerInvariant() is "utf-16" || Encoding is not null;

    /// <summary>The body in UTF-8.</summary>
    public async Task<Stream> DecodedAsync(Stream body, CancellationToken cancellationToken)
    {
        if (Encoding is { } encoding)
        {
            return Encoding.CreateTranscodingStream(body, encoding, System.Text.Encoding.UTF8, leaveOpen: true);
        }

        // UTF-16 alone names no order of bytes: a mark at the beginning does, or else the first character, which in
        // JSON is one of ASCII.
        var start = new byte[2];
        var count = await body.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        var whole = new ResumedBody(start.AsMemory(0, count), body);
        return System.Text.Encoding.CreateTranscodingStream(
            whole, Utf16(start is [0xFE, 0xFF] or [0, not 0]), System.Text.Encoding.UTF8, leaveOpen: true);
    }

    private Encoding? Encoding => Name.ToLowerInvariant() switch
    {
        "iso-8859-1" or "latin1" or "latin-1" or "l1" => System.Text.Encoding.Latin1,
        "windows-1252" or "cp1252" => Windows1252,
        "utf-16le" => Utf16(isBigEndian: false),
        "utf-16be" => Utf16(isBigEndian: true),
        _ => null,
    };

    private static UnicodeEncoding Utf16(bool isBigEndian) =>
        new(isBigEndian, byteOrderMark: false, throwOnInvalidBytes: true);
}

/// <summary>A body whose first bytes were read already.</summary>
internal sealed class ResumedBody(ReadOnlyMemory<byte> start, Stream rest) : BodyFilter(rest)
{
    private ReadOnlyMemory<byte> _start = start;

    protected override ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_start.IsEmpty)
        {
            return base.ReadInnerAsync(buffer, cancellationToken);
        }

        var count = Math.Min(_start.Length, buffer.Length);
        _start[..count].CopyTo(buffer);
        _start = _start[count..];
        return ValueTask.FromResult(count);
    }

    protected override void See(ReadOnlySpan<byte> bytes)
    {
    }
}
