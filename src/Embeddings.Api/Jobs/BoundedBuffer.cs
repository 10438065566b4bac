using System.Globalization;
using Embeddings.Api.Errors;

namespace Embeddings.Api.Jobs;

/// <summary>A result is larger than this server keeps.</summary>
internal sealed class ResultTooLargeException(int most) : FailureException(
    FailureKind.InvalidRequest,
    string.Create(
        CultureInfo.InvariantCulture,
        $"The result would have more than {most >> 20} MB as JSON. Leave parts out of 'include', or lower 'limit'."),
    "include");

/// <summary>Memory that refuses to grow beyond a size.</summary>
/// <param name="most">Bytes that it may hold.</param>
internal sealed class BoundedBuffer(int most) : MemoryStream
{
    /// <exception cref="ResultTooLargeException">There is no room.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        Check(buffer.Length);
        base.Write(buffer);
    }

    /// <exception cref="ResultTooLargeException">There is no room.</exception>
    public override void Write(byte[] buffer, int offset, int count)
    {
        Check(count);
        base.Write(buffer, offset, count);
    }

    private void Check(int count)
    {
        if (Length + count > most)
        {
            throw new ResultTooLargeException(most);
        }
    }
}
