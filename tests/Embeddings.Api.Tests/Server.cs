using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;

namespace Embeddings.Api.Tests;

/// <summary>The real server on a loopback port, with the encoder that is shipped and whatever settings a test wants.</summary>
public sealed class Server : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("embeddings-api-");
    private readonly Lazy<HttpClient> _http;

    public Server()
        : this([])
    {
    }

    internal Server(Dictionary<string, string?> settings)
    {
        _settings = settings;
        // Some tests ask from several threads at once.
        _http = new Lazy<HttpClient>(Connect);
        UseKestrel(0);
    }

    internal static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A plain client: the factory's own follows redirects and buffers bodies, which no OpenAI client does.</summary>
    internal HttpClient Http => _http.Value;

    internal static async Task<Reply> ReadAsync(HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync(Cancelled);
        return new Reply(response, text);
    }

    internal async Task<Reply> PostAsync(string json, string path = "/v1/embeddings") =>
        await ReadAsync(await Http.PostAsync(At(path), new StringContent(json, Encoding.UTF8, "application/json"), Cancelled));

    internal async Task<Reply> PostAsync(object body, string path = "/v1/embeddings") =>
        await ReadAsync(await Http.PostAsJsonAsync(At(path), body, Cancelled));

    internal async Task<Reply> PutAsync(object body, string path) => await ReadAsync(await Http.PutAsJsonAsync(At(path), body, Cancelled));

    internal async Task<Reply> DeleteAsync(string path) => await ReadAsync(await Http.DeleteAsync(At(path), Cancelled));

    internal async Task<Reply> GetAsync(string path) => await ReadAsync(await Http.GetAsync(At(path), Cancelled));

    protected override void Dispose(bool disposing)
    {
        Http.Dispose();
        base.Dispose(disposing);
        if (_data.Exists)
        {
            _data.Delete(recursive: true);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Models:Default", "static-en-384");
        builder.UseSetting("Models:Download", "false");
        builder.UseSetting("Storage:Path", Path.Combine(_data.FullName, "embeddings.db"));
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft.AspNetCore", "Fatal");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }
    }

    // Not relative: a path may begin with two slashes.
    private Uri At(string path) => new(Http.BaseAddress!.GetLeftPart(UriPartial.Authority) + path);

    private HttpClient Connect()
    {
        StartServer();
        return new HttpClient { BaseAddress = ClientOptions.BaseAddress };
    }
}

/// <summary>A reply with its body read.</summary>
internal sealed record Reply(HttpResponseMessage Response, string Text)
{
    public HttpStatusCode Status => Response.StatusCode;

    public JsonNode Json => JsonNode.Parse(Text)!;

    public JsonNode Error => Json["error"]!;

    public string Message => Error["message"]!.GetValue<string>();

    public string? Header(string name) => Response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    public float[] Vector(int index = 0) => [.. Json["data"]![index]!["embedding"]!.AsArray().Select(number => number!.GetValue<float>())];

    /// <summary>The four keys of OpenAI's envelope, of the right types.</summary>
    public Reply AssertEnvelope(HttpStatusCode status)
    {
        Assert.Equal((status, "application/json"), (Status, Response.Content.Headers.ContentType?.MediaType));
        Assert.Equal(["error"], Json.AsObject().Select(pair => pair.Key));
        Assert.Equal(["message", "type", "param", "code"], Error.AsObject().Select(pair => pair.Key));
        Assert.NotEmpty(Message);
        Assert.NotEmpty(Error["type"]!.GetValue<string>());
        Assert.True(Error["param"] is null || Error["param"]!.GetValueKind() == System.Text.Json.JsonValueKind.String);
        Assert.True(Error["code"] is null || Error["code"]!.GetValueKind() == System.Text.Json.JsonValueKind.String);
        return this;
    }
}
