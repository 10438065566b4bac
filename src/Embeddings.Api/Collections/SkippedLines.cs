using Embeddings.Api.Errors;

namespace Embeddings.Api.Collections;

/// <summary>A line that an import skipped.</summary>
/// <param name="Line">Its number, from 1; of a row of an index file, from 0.</param>
/// <param name="Message">What is wrong with it.</param>
public sealed record SkippedLine(long Line, string Message);

/// <summary>
/// The lines that an import skipped: how many, and the first of them. Safe for several threads, as one batch is parsed
/// while another is kept.
/// </summary>
internal sealed class SkippedLines
{
    private const int MostReported = 100;
    private const int LongestMessage = 1000;

    // A body of millions of wrong lines takes minutes to read, and only a few hundred bytes when it is compressed.
    private const int ManyWrong = 10_000;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, string> _first = [];
    private long _count;

    public long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Up to 100, by number.</summary>
    public IReadOnlyList<SkippedLine> First
    {
        get
        {
            lock (_lock)
            {
                return [.. _first.Select(item => new SkippedLine(item.Key, item.Value))];
            }
        }
    }

    /// <exception cref="InvalidRequestException">Most of many lines are wrong.</exception>
    public void Add(long line, string message)
    {
        lock (_lock)
        {
            _count++;
            if (_count > ManyWrong && 2 * _count > line)
            {
                throw new InvalidRequestException(
                    $"{_count} of {line} lines are wrong, so this is no file of documents. What is wrong with the " +
                    $"last: {message}");
            }

            _first[line] = message.Length <= LongestMessage ? message : message[..LongestMessage] + " …";
            if (_first.Count > MostReported)
            {
                _first.Remove(_first.Keys.Last());
            }
        }
    }
}
