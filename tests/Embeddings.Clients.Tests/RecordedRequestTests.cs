using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Embeddings.Clients.Tests;

/// <summary>Clients that are not run here, by what they are known to send.</summary>
public sealed class RecordedRequestTests(RunningServer server)
{
    public static TheoryData<string> Requests() => [.. RecordedRequest.Names];

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_recorded_request_gives_the_same_vectors_as_plain_http(string name)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var recorded = RecordedRequest.Read(name);

        using var request = recorded.ToHttp();
        using var response = await server.Http.SendAsync(request, cancellationToken);

        Assert.True(
            response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(cancellationToken));
        var reply = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        var items = reply.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(
            Enumerable.Range(0, recorded.Texts.Length), items.Select(item => item.GetProperty("index").GetInt32()));
        foreach (var (text, item) in recorded.Texts.Zip(items))
        {
            var actual = Numbers(item.GetProperty("embedding"), AsksForBase64(recorded.Body));
            SameVector.Check(await server.Embed(text, dimensions: 384, cancellationToken), actual);
        }
    }

    private static bool AsksForBase64(JsonElement body) =>
        body.TryGetProperty("encoding_format", out var format) && format.ValueEquals("base64");

    private static float[] Numbers(JsonElement embedding, bool base64) =>
        base64 ? MemoryMarshal.Cast<byte, float>(embedding.GetBytesFromBase64()).ToArray() : embedding.Deserialize<float[]>()!;
}
