using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Embeddings.Inference.Tests;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace Embeddings.Api.Tests;

/// <summary>
/// The real server on a loopback port, with a small encoder, unless a test sets another, and whatever settings it
/// wants.
/// </summary>
public sealed class Server : WebApplicationFactory<Program>
{
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly Action<IServiceCollection> _services;
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("embeddings-api-");
    private readonly Lazy<HttpClient> _http;

    public Server()
        : this([])
    {
    }

    /// <param name="settings">Settings in addition to those of every test, or instead of them.</param>
    /// <param name="services">Replaces services, such as the clock; null to replace none.</param>
    internal Server(Dictionary<string, string?> settings, Action<IServiceCollection>? services = null)
    {
        (_settings, _services) = (settings, services ?? (_ => { }));
        // Some tests send requests from several threads at once.
        _http = new Lazy<HttpClient>(Connect);
        UseKestrel();
    }

    internal static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// A plain client: the factory's own follows redirects and buffers bodies, which no OpenAI client does.
    /// </summary>
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

    internal async Task<Reply> GetAsync(string path) => await ReadAsync(await Http.GetAsync(At(path), Cancelled));

    internal async Task<Reply> SendAsync(HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, At(path));
        request.Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json");
        return await ReadAsync(await Http.SendAsync(request, Cancelled));
    }

    internal Task<Reply> PutAsync(string path, string? json = null) => SendAsync(HttpMethod.Put, path, json);

    internal Task<Reply> DeleteAsync(string path) => SendAsync(HttpMethod.Delete, path);

    /// <summary>Puts documents, a JSON array, into a collection.</summary>
    internal async Task<Reply> AddAsync(string collection, string documents)
    {
        var reply = await PostAsync($$"""{"documents": {{documents}}}""", $"/collections/{collection}/documents");
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Text);
        return reply;
    }

    /// <summary>The vector that the OpenAI route gives for a text.</summary>
    internal async Task<float[]> EmbedAsync(string text) => (await PostAsync(new { input = text })).Vector();

    /// <summary>
    /// Ends it, and waits until a file that the test has named is free: the program closes its store a moment after the
    /// factory is through.
    /// </summary>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
        while (_settings.GetValueOrDefault("Storage:Path") is { } path && !IsFree($"{path}.lock"))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), Cancelled);
        }
    }

    protected override void Dispose(bool disposing)
    {
        // A server that could not start has no client, and to ask for one here would throw, in a finalizer too.
        if (_http.IsValueCreated)
        {
            Http.Dispose();
        }

        base.Dispose(disposing);
        if (_data.Exists)
        {
            _data.Delete(recursive: true);
        }
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        // Not the factory's own way to a free port, which fails when the program is quicker to start than the factory
        // to tell it.
        builder.UseSetting("urls", "http://127.0.0.1:0");
        builder.UseSetting("Models:Directory", Repository.TestModels);
        builder.UseSetting("Models:Default", "static-en-384");
        builder.UseSetting("Models:Download", "false");
        builder.UseSetting("Storage:Path", Path.Combine(_data.FullName, "embeddings.db"));
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal");
        builder.UseSetting("Serilog:MinimumLevel:Override:Microsoft.AspNetCore", "Fatal");
        foreach (var (key, value) in _settings)
        {
            builder.UseSetting(key, value);
        }

        builder.ConfigureTestServices(_services);
    }

    private static bool IsFree(string file)
    {
        try
        {
            using var stream = File.Exists(file) ? new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None) : null;
            return true;
        }
        catch (IOException)
        {
            return false;
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

    public string? Header(string name) =>
        Response.Headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    public float[] Vector(int index = 0) =>
        [.. Json["data"]![index]!["embedding"]!.AsArray().Select(number => number!.GetValue<float>())];

    /// <summary>Ids of what was found or listed, in order.</summary>
    public string[] Ids(string field = "results") => IdsOf(Json[field]!);

    /// <summary>Scores of what was found, in order.</summary>
    public double[] Scores() => [.. Json["results"]!.AsArray().Select(result => result!["score"]!.GetValue<double>())];

    public static string[] IdsOf(JsonNode items) =>
        [.. items.AsArray().Select(item => item!["id"]!.GetValue<string>())];

    public static float[] VectorOf(JsonNode item) =>
        [.. item["vector"]!.AsArray().Select(number => number!.GetValue<float>())];

    /// <summary>A 400 whose message has a part and whose field is named.</summary>
    public Reply AssertRefused(string part, string? param)
    {
        AssertEnvelope(HttpStatusCode.BadRequest);
        Assert.Contains(part, Message, StringComparison.Ordinal);
        Assert.Equal(
            ("invalid_request_error", param), (Error["type"]!.GetValue<string>(), Error["param"]?.GetValue<string>()));
        return this;
    }

    /// <summary>The four keys of OpenAI's envelope, of the right types.</summary>
    public Reply AssertEnvelope(HttpStatusCode status)
    {
        Assert.Equal((status, "application/json"), (Status, Response.Content.Headers.ContentType?.MediaType));
        // Clients of Jina and Voyage share some paths, and read the message in "detail".
        Assert.Equal(["error"], Json.AsObject().Select(pair => pair.Key).Except(["detail"]));
        Assert.True(Json["detail"] is null || Json["detail"]!.GetValue<string>() == Message);
        Assert.Equal(["message", "type", "param", "code"], Error.AsObject().Select(pair => pair.Key));
        Assert.NotEmpty(Message);
        Assert.NotEmpty(Error["type"]!.GetValue<string>());
        Assert.True(Error["param"] is null || Error["param"]!.GetValueKind() == System.Text.Json.JsonValueKind.String);
        Assert.True(Error["code"] is null || Error["code"]!.GetValueKind() == System.Text.Json.JsonValueKind.String);
        return this;
    }
}
