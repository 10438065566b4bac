using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Collections;

/// <summary>A line that is not blank.</summary>
/// <param name="Number">From 1, blank lines counted.</param>
/// <param name="Bytes">Without white space at its ends; held until the next line is asked for.</param>
/// <param name="Held">Bytes of the body that it stands for: whoever takes the line releases them.</param>
/// <param name="Problem">Why it cannot be read, to be read after the number; null when it can.</param>
internal readonly record struct JsonLine(long Number, ReadOnlyMemory<byte> Bytes, long Held, string? Problem);

/// <summary>A body of lines, each a JSON value.</summary>
internal static class JsonLines
{
    /// <summary>The lines that are not blank.</summary>
    /// <param name="body">UTF-8, with or without a mark at its beginning; line feeds, with or without carriage
    /// returns.</param>
    /// <param name="longest">Bytes that a line may have. No more than these are held of a longer line.</param>
    /// <param name="bufferSize">Bytes that are read at a time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="SlowBodyException">The end of a line has not arrived in time.</exception>
    public static async IAsyncEnumerable<JsonLine> ReadAsync(
        HeldBody body, long longest, int bufferSize, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: bufferSize, leaveOpen: true));
        var (number, isPassedOver, isEnd, isOpen, examined) = (0L, false, false, false, 0L);
        while (!isEnd)
        {
            var result = await NextAsync(reader, number + 1, cancellationToken);
            isEnd = result.IsCompleted;
            var rest = result.Buffer;
            var before = number;
            while (TryTake(ref rest, examined, isEnd, out var line, out var held))
            {
                examined = 0;
                number++;
                if (isPassedOver || line.Length > longest)
                {
                    if (!isPassedOver)
                    {
                        yield return TooLong(number, longest);
                    }

                    isPassedOver = false;
                    body.Release(held);
                    continue;
                }

                if (Read(number, line, held) is { } found)
                {
                    yield return found;
                }
                else
                {
                    body.Release(held);
                }
            }

            if (isPassedOver || rest.Length > longest)
            {
                if (!isPassedOver)
                {
                    yield return TooLong(number + 1, longest);
                }

                // The end of the line has not come yet.
                isPassedOver = true;
                body.Release(rest.Length);
                rest = rest.Slice(rest.End);
            }

            // A line that has begun is held in memory and has to end in time; the time starts again with each line
            // feed. Between two lines nothing is held, and the client may take any time.
            var isNew = !isOpen || number > before;
            isOpen = isPassedOver || !rest.IsEmpty;
            if (!isOpen)
            {
                body.WaitAnyTime();
            }
            else if (isNew)
            {
                body.WaitInTime();
            }

            // These bytes are not searched for a line feed again: for a long line in small parts that would take time
            // with the square of its length.
            examined = rest.Length;
            reader.AdvanceTo(rest.Start, rest.End);
        }

        await reader.CompleteAsync();
    }

    private static async ValueTask<ReadResult> NextAsync(
        PipeReader reader, long number, CancellationToken cancellationToken)
    {
        try
        {
            return await reader.ReadAsync(cancellationToken);
        }
        catch (SlowBodyException exception)
        {
            throw new SlowBodyException($"Line {number}", exception.Seconds);
        }
    }

    private static bool TryTake(
        ref ReadOnlySequence<byte> rest, long examined, bool isEnd, out ReadOnlySequence<byte> line, out long held)
    {
        if (rest.Slice(examined).PositionOf((byte)'\n') is { } end)
        {
            line = rest.Slice(0, end);
            held = line.Length + 1;
            rest = rest.Slice(rest.GetPosition(1, end));
            return true;
        }

        line = rest;
        held = line.Length;
        var isLast = isEnd && !rest.IsEmpty;
        rest = isLast ? rest.Slice(rest.End) : rest;
        return isLast;
    }

    private static JsonLine? Read(long number, ReadOnlySequence<byte> line, long held)
    {
        var bytes = line.IsSingleSegment ? line.First : line.ToArray();
        if (number == 1 && bytes.Span.StartsWith("\uFEFF"u8))
        {
            bytes = bytes["\uFEFF"u8.Length..];
        }

        // Checked before the line is trimmed, so that the offset is the one that the client counts.
        var problem = Utf8Check.FirstInvalidOf(bytes.Span) is { } invalid
            ? $"is not UTF-8: the byte at offset {invalid} of it (from 0) begins no character."
            : null;
        bytes = bytes.TrimStart([(byte)' ', (byte)'\t', (byte)'\r']).TrimEnd([(byte)' ', (byte)'\t', (byte)'\r']);
        return bytes.IsEmpty ? null : new JsonLine(number, bytes, held, problem);
    }

    private static JsonLine TooLong(long number, long longest) =>
        new(number, default, 0, $"has more than {longest} bytes, the most that a document may have.");
}
