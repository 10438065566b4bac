using System.Text.Json;

namespace Embeddings.Clients.Tests;

/// <summary>A request as a client that is not run here sends it: one file in Recorded.</summary>
/// <param name="Client">The client, and what is peculiar to its request.</param>
/// <param name="Source">Where that was read.</param>
/// <param name="Texts">The texts that the request's input stands for, in order.</param>
/// <param name="Path">The path, and the query if it sends one.</param>
/// <param name="Headers">The headers that matter.</param>
/// <param name="Body">The JSON body.</param>
internal sealed record RecordedRequest(
    string Client, string Source, string[] Texts, string Path, Dictionary<string, string> Headers, JsonElement Body)
{
    private static readonly string Folder = System.IO.Path.Combine(AppContext.BaseDirectory, "Recorded");

    public static IEnumerable<string> Names =>
        new DirectoryInfo(Folder).EnumerateFiles("*.json").Select(file => file.Name).Order(StringComparer.Ordinal);

    public static RecordedRequest Read(string name)
    {
        using var file = File.OpenRead(System.IO.Path.Combine(Folder, name));
        return JsonSerializer.Deserialize<RecordedRequest>(file, JsonSerializerOptions.Web)!;
    }

    public HttpRequestMessage ToHttp()
    {
        var content = new StringContent(Body.GetRawText(), encoding: null, "application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        foreach (var (name, value) in Headers) request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }
}
