using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace Embeddings.Api.Collections;

/// <summary>A stream of lines, each a JSON value.</summary>
internal static class JsonLines
{
    /// <summary>The lines that are not blank, with their numbers from 1. A line is held until the next is asked for.</summary>
    /// <param name="stream">UTF-8; line feeds, with or without carriage returns.</param>
    /// <param name="longest">Bytes that a line may have.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LineTooLongException">A line has more.</exception>
    public static async IAsyncEnumerable<(long Number, ReadOnlyMemory<byte> Line)> ReadAsync(
        Stream stream, long longest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        var number = 0L;
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var rest = result.Buffer;
            while (TryTake(ref rest, result.IsCompleted, out var line))
            {
                number++;
                var bytes = Trimmed(line);
                if (!bytes.IsEmpty)
                {
                    yield return (number, bytes);
                }
            }

            if (rest.Length > longest)
            {
                throw new LineTooLongException(number + 1, longest);
            }

            reader.AdvanceTo(rest.Start, rest.End);
            if (result.IsCompleted)
            {
                break;
            }
        }

        await reader.CompleteAsync();
    }

    private static bool TryTake(ref ReadOnlySequence<byte> rest, bool isEnd, out ReadOnlySequence<byte> line)
    {
        if (rest.PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = rest;
        var isLast = isEnd && !rest.IsEmpty;
        rest = isLast ? rest.Slice(rest.End) : rest;
        return isLast;
    }

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlySequence<byte> line)
    {
        var bytes = line.IsSingleSegment ? line.First : line.ToArray();
        return bytes.TrimStart([(byte)' ', (byte)'\t', (byte)'\r']).TrimEnd([(byte)' ', (byte)'\t', (byte)'\r']);
    }
}

/// <summary>A line of an import is longer than a body may be.</summary>
internal sealed class LineTooLongException(long line, long longest) : Exception($"Line {line} has more than {longest} bytes, the most that a document may have.");
