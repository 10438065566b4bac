using System.Globalization;
using System.Text;
using Embeddings.Benchmarks.Flat;

namespace Embeddings.Benchmarks.Search;

/// <summary>
/// Made-up documents with clustered vectors, a text of about a hundred characters and three small fields; always the
/// same ones.
/// </summary>
internal sealed class DocumentSet(int count, int dimensions)
{
    /// <summary>Values of the field <c>shelf</c>: a filter by one of them keeps so many documents less.</summary>
    public const int Shelves = 100;

    private const int LongestNumber = 16;
    private const int ShortestText = 90;

    private static readonly string[] Words =
        ("the a of and to in is was for on with from that river stone market letter window garden winter summer bridge doctor engine paper signal " +
        "harbour kitchen teacher violin mountain silver quiet early broken painted distant ordinary careful modern ancient public writes carries " +
        "opens follows repairs describes remembers collects measures returns travels morning evening").Split(' ');

    private static readonly string[] Languages = ["en", "de", "fr", "es"];

    /// <summary>Documents.</summary>
    public int Count => count;

    /// <summary>Row-major [count, dimensions].</summary>
    public float[] Vectors { get; } = VectorSets.Make("clustered", count, dimensions, seed: 1);

    /// <summary>A line of an import that the server has to embed.</summary>
    public static byte[] TextLine(int i) => Encoding.UTF8.GetBytes(Head(i) + "}\n");

    /// <summary>Bodies of one search each, with vectors of the same clusters as the documents.</summary>
    /// <param name="queries">How many.</param>
    /// <param name="dimensions">Numbers in a vector.</param>
    /// <param name="collection">Where to search.</param>
    /// <param name="filtered">Whether to ask for one shelf only.</param>
    public static byte[][] Searches(int queries, int dimensions, string collection, bool filtered)
    {
        var vectors = VectorSets.Make("clustered", queries, dimensions, seed: 2);
        return
        [
            .. Enumerable.Range(0, queries).Select(i =>
            {
                var filter = filtered ? $"\"filter\":{{\"shelf\":{i % Shelves}}}," : "";
                var start = $"{{\"collection\":\"{collection}\",\"top_k\":10,{filter}\"query\":";
                return (byte[])[.. Encoding.UTF8.GetBytes(start), .. Numbers(vectors.AsSpan(i * dimensions, dimensions)), .. "}"u8];
            }),
        ];
    }

    /// <summary>The documents with their vectors as lines, so many a part.</summary>
    public byte[][] Lines(int documents, int size) => Parts(documents, size, "", "\n", "\n");

    /// <summary>The documents with their vectors as bodies of requests, so many a body.</summary>
    public byte[][] Bodies(int documents, int size) => Parts(documents, size, """{"documents":[""", ",", "]}");

    private byte[][] Parts(int documents, int size, string start, string between, string end)
    {
        var parts = new byte[(documents + size - 1) / size][];
        Parallel.For(0, parts.Length, part =>
        {
            using var stream = new MemoryStream();
            stream.Write(Encoding.UTF8.GetBytes(start));
            var last = Math.Min(documents, (part + 1) * size);
            for (var i = part * size; i < last; i++)
            {
                stream.Write(Encoding.UTF8.GetBytes(Head(i) + ",\"vector\":"));
                stream.Write(Numbers(Vectors.AsSpan(i * dimensions, dimensions)));
                stream.Write(Encoding.UTF8.GetBytes("}" + (i == last - 1 ? end : between)));
            }

            parts[part] = stream.ToArray();
        });
        return parts;
    }

    private static string Head(int i)
    {
        var random = new Random(i);
        var text = new StringBuilder();
        while (text.Length < ShortestText)
        {
            text.Append(Words[random.Next(Words.Length)]).Append(' ');
        }

        return $$$"""{"id":"document-{{{i}}}","text":"{{{text}}}{{{i}}}.","metadata":{"shelf":{{{i % Shelves}}},"year":{{{1950 + random.Next(75)}}},"language":"{{{Languages[random.Next(4)]}}}"}""";
    }

    // As many digits as bring the very same float back.
    private static byte[] Numbers(ReadOnlySpan<float> vector)
    {
        var bytes = new byte[(vector.Length * LongestNumber) + 2];
        var length = 0;
        for (var i = 0; i < vector.Length; i++)
        {
            bytes[length++] = i == 0 ? (byte)'[' : (byte)',';
            vector[i].TryFormat(bytes.AsSpan(length), out var written, provider: CultureInfo.InvariantCulture);
            length += written;
        }

        bytes[length++] = (byte)']';
        return bytes[..length];
    }
}
