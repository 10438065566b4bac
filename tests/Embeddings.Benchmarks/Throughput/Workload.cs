using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Embeddings.Benchmarks.Throughput;

/// <summary>Clients, and what they send in turn, over and over.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Clients">How many there are, each with one request at a time.</param>
/// <param name="Slices">Into how many its measurement is cut, with the bare runtime in turn: what the machine does to
/// both is then the same.</param>
/// <param name="Requests">More of them than can be in flight at a time, so that no text is there twice.</param>
internal sealed record Workload(string Name, int Clients, int Slices, IReadOnlyList<Request> Requests)
{
    private int _next = -1;

    /// <summary>Tokens of each text.</summary>
    public IReadOnlyList<int> Lengths => [.. Requests.SelectMany(request => request.Texts).Select(text => text.Tokens)];

    public static Workload Lone(TextSource texts, string model) =>
        Of("lone", 1, 20, 1, 500, model, () => texts.Made(5, 30));

    public static Workload Queries(TextSource texts, string model, int clients = 64) =>
        Of("queries", clients, 10, 1, 8000, model, () => texts.Made(5, 30));

    public static Workload Bulk(TextSource texts, string model) =>
        Of("bulk", 8, 4, 32, 200, model, () => texts.Made(60, 250));

    public static Workload Mixed(TextSource texts, string model) =>
        Of("mixed", 8, 6, 16, 200, model, () => texts.Natural(median: 24, spread: 0.9, most: 180));

    public static Workload Huge(TextSource texts, string model) =>
        Of("2,048 texts", 1, 3, 2048, 2, model, () => texts.Made(60, 200));

    /// <summary>What is sent next, by whichever client.</summary>
    public Request Next() => Requests[(int)((uint)Interlocked.Increment(ref _next) % (uint)Requests.Count)];

    private static Workload Of(
        string name, int clients, int slices, int textsEach, int requests, string model, Func<Text> text) =>
        new(name, clients, slices, [.. Enumerable.Range(0, requests).Select(_ =>
            new Request([.. Enumerable.Range(0, textsEach).Select(_ => text())], model))]);
}

/// <summary>A request of <c>/v1/embeddings</c>, as it goes over the wire.</summary>
internal sealed class Request
{
    public Request(IReadOnlyList<Text> texts, string model)
    {
        Texts = texts;
        Tokens = texts.Sum(text => text.Tokens);
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new { model, input = texts.Select(text => text.Value), encoding_format = "base64" });
        var head = string.Create(CultureInfo.InvariantCulture, $"POST /v1/embeddings HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n");
        Bytes = [.. Encoding.ASCII.GetBytes(head), .. body];
    }

    public IReadOnlyList<Text> Texts { get; }

    /// <summary>Of all texts.</summary>
    public int Tokens { get; }

    /// <summary>Head and body.</summary>
    public byte[] Bytes { get; }
}
