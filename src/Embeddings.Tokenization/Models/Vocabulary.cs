using Embeddings.Tokenization.Reading;

namespace Embeddings.Tokenization.Models;

/// <summary>Tokens and their ids. Thread-safe once it is filled.</summary>
internal sealed class Vocabulary
{
    // No vocabulary is nearly as large. A table by id is made, so a huge id would take all memory.
    private const int LargestId = 10_000_000;

    private readonly Dictionary<string, int> _ids;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly string?[] _tokens;

    private Vocabulary(Dictionary<string, int> ids)
    {
        _ids = ids;
        _lookup = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _tokens = new string?[ids.Count == 0 ? 0 : ids.Values.Max() + 1];
        foreach (var (token, id) in ids)
        {
            _tokens[id] = token;
        }
    }

    /// <summary>One more than the largest id.</summary>
    public int Size => _tokens.Length;

    /// <summary>Number of tokens.</summary>
    public int Count => _ids.Count;

    /// <summary>All tokens with their ids.</summary>
    public IEnumerable<KeyValuePair<string, int>> All => _ids;

    /// <summary>Reads an object of tokens and ids.</summary>
    public static Vocabulary Read(JsonPart part)
    {
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (token, id) in part.Members())
        {
            ids[token] = Checked(id);
        }

        return new Vocabulary(ids);
    }

    /// <summary>Tokens whose ids are their positions; of equal ones the last counts.</summary>
    public static Vocabulary Of(IReadOnlyList<string> tokens)
    {
        var ids = new Dictionary<string, int>(tokens.Count, StringComparer.Ordinal);
        for (var id = 0; id < tokens.Count; id++)
        {
            ids[tokens[id]] = id;
        }

        return new Vocabulary(ids);
    }

    /// <summary>An id as a file has it.</summary>
    public static int Checked(JsonPart id) => id.TryCount(out var value) && value <= LargestId
        ? value
        : throw id.Wrong($"has the id {id.Written}, but ids are whole numbers from 0 to {LargestId}");

    /// <summary>The id of a token, or -1.</summary>
    public int IdOf(ReadOnlySpan<char> token) => _lookup.TryGetValue(token, out var id) ? id : -1;

    /// <summary>The token of an id; null if there is none.</summary>
    public string? TokenOf(int id) => (uint)id < (uint)_tokens.Length ? _tokens[id] : null;

    /// <summary>
    /// The ids of the tokens that stand for single bytes, <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c>, or -1.
    /// </summary>
    public int[] ByteTokens() => [.. Enumerable.Range(0, 256).Select(value => IdOf($"<0x{value:X2}>"))];
}
