using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Embeddings.Api.Tests;

/// <summary>
/// A hundred thousand requests that nobody would send on purpose. The seed is fixed and printed with a failure; set
/// <c>EMBEDDINGS_FUZZ_SEED</c> and <c>EMBEDDINGS_FUZZ_REQUESTS</c> for other or longer runs.
/// </summary>
public sealed class FuzzTests(Server server) : IClassFixture<Server>
{
    private const int Workers = 8;

    private static readonly int Seed = Setting("EMBEDDINGS_FUZZ_SEED", 20_261_123);
    private static readonly int Requests = Setting("EMBEDDINGS_FUZZ_REQUESTS", 100_000);

    [Fact]
    public async Task No_request_brings_a_5xx_or_an_error_without_its_envelope()
    {
        var statuses = new int[600];
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            for (var i = worker; i < Requests; i += Workers)
            {
                var request = FuzzRequest.Make(new Random(Seed + i));
                using var message = request.ToMessage();
                using var response = await server.Http.SendAsync(message, Server.Cancelled);
                var text = await response.Content.ReadAsStringAsync(Server.Cancelled);
                var status = (int)response.StatusCode;
                Interlocked.Increment(ref statuses[status]);
                if (status >= 500 || (status >= 400 && !IsEnveloped(message.Method, text)) || (status == 200 && text.Contains("NaN", StringComparison.Ordinal)))
                {
                    Assert.Fail($"Seed {Seed}, request {i}: {status} {text}\n{request}");
                }
            }
        }, Server.Cancelled)));

        var found = statuses.Index().Where(status => status.Item > 0).ToDictionary(status => status.Index, status => status.Item);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", found.Select(status => $"{status.Key}: {status.Value}")));
        Assert.Equal(Requests, found.Values.Sum());

        // A fuzzer that only ever reaches one door tests nothing.
        Assert.All(new[] { 200, 400, 404, 405, 415 }, status => Assert.True(found.GetValueOrDefault(status) > Requests / 500, $"{status} came too rarely"));
    }

    private static bool IsEnveloped(HttpMethod method, string text)
    {
        if (method == HttpMethod.Head)
        {
            return text.Length == 0;
        }

        try
        {
            var error = JsonNode.Parse(text)!["error"]!;
            return error["message"]!.GetValue<string>().Length > 0 && error["type"]!.GetValue<string>().Length > 0
                && error.AsObject().ContainsKey("param") && error.AsObject().ContainsKey("code");
        }
        catch (Exception exception) when (exception is System.Text.Json.JsonException or InvalidOperationException or NullReferenceException)
        {
            return false;
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
}

/// <summary>One generated request; everything about it comes from the random numbers.</summary>
internal sealed record FuzzRequest(string Method, string Path, byte[] Body, string? ContentType, string? Encoding)
{
    private static readonly string[] Paths =
    [
        .. Enumerable.Repeat("/v1/embeddings", 40), "/embeddings", "/v1/engines/a%2Fb/embeddings", "/openai/deployments/x/embeddings",
        "/openai/deployments//embeddings", "/v1/models", "/v1/models/", "/v1/models/a%2F%2Fb", "/v1/%FF", "/", "/health/ready", "/v1//v1/v1/embeddings", "/..%2f..",
    ];

    private static readonly string[] Values =
    [
        "null", "true", "false", "0", "-1", "1", "3.5", "1e400", "-0", "99999999999999999999", "384", "385", "2147483648", "\"\"", "\"a\"", "\"\\ud83d\"", "\"\\udc00\\ud800\"",
        "\"\\u0000\"", "[]", "{}", "[[]]", "[[],[]]", "[null]", "[1]", "[[1]]", "[[[1]]]", "[\"a\",1]", "[1,\"a\"]", "[{}]", "[-1]", "[100257]", "[200000]", "\"float\"", "\"base64\"",
        "\"text-embedding-3-small\"", "\"static-en-384\"", "NaN", "Infinity", "'a'", "\"\\x\"", "\"\\u12\"", "tru", "[1,]", "{\"a\":}",
    ];

    private static readonly string[] Names = ["input", "input", "input", "model", "encoding_format", "dimensions", "user", "truncate", "Input", "", "\\ud800", "\\u0069nput", "extra"];
    private static readonly string?[] ContentTypes =
    [
        .. Enumerable.Repeat("application/json", 30), null, "text/plain", "application/json; charset=utf-16", "application/json;charset=", ";", "multipart/form-data",
    ];

    public static FuzzRequest Make(Random random)
    {
        var json = random.Next(10) < 8 ? Object(random) : Value(random, 0);
        var body = System.Text.Encoding.UTF8.GetBytes(json);
        if (random.Next(4) == 0)
        {
            Mutate(random, ref body);
        }

        return new FuzzRequest(
            random.Next(20) == 0 ? new[] { "GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS" }[random.Next(6)] : "POST",
            Paths[random.Next(Paths.Length)], body, ContentTypes[random.Next(ContentTypes.Length)],
            random.Next(40) == 0 ? new[] { "gzip", "br", "deflate", "zstd", "gzip, br" }[random.Next(5)] : null);
    }

    public HttpRequestMessage ToMessage()
    {
        var message = new HttpRequestMessage(new HttpMethod(Method), Path);
        if (Method is not ("GET" or "HEAD"))
        {
            message.Content = new ByteArrayContent(Body);
            if (ContentType is not null)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
            }

            if (Encoding is not null)
            {
                message.Content.Headers.TryAddWithoutValidation("Content-Encoding", Encoding);
            }
        }

        return message;
    }

    public override string ToString() => $"{Method} {Path} {ContentType} {Encoding}\n{System.Text.Encoding.UTF8.GetString(Body)}";

    private static string Object(Random random)
    {
        var fields = Enumerable.Range(0, random.Next(5)).Select(_ => $"\"{Names[random.Next(Names.Length)]}\":{Value(random, 0)}").ToList();
        if (random.Next(2) == 0)
        {
            fields.Insert(0, $"\"input\":{Text(random)}");
        }

        return "{" + string.Join(',', fields) + "}";
    }

    private static string Value(Random random, int depth) => (depth > 3 ? 0 : random.Next(8)) switch
    {
        1 => "[" + string.Join(',', Enumerable.Range(0, random.Next(6)).Select(_ => Value(random, depth + 1))) + "]",
        2 => "{\"" + Names[random.Next(Names.Length)] + "\":" + Value(random, depth + 1) + "}",
        3 or 4 => Text(random),
        5 when random.Next(50) == 0 => new string('[', 200),
        6 when random.Next(50) == 0 => "\"" + new string('x', 100_000) + "\"",
        _ => Values[random.Next(Values.Length)],
    };

    // Any code unit at all, also half pairs, as it is or escaped.
    private static string Text(Random random)
    {
        var text = new StringBuilder("\"");
        for (var i = random.Next(12); i > 0; i--)
        {
            var c = (char)(random.Next(3) == 0 ? random.Next(0x10000) : random.Next(0x20, 0x7F));
            _ = random.Next(3) == 0 || c is '"' or '\\' || c < ' ' || char.IsSurrogate(c)
                ? text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}")
                : text.Append(c);
        }

        return text.Append('"').ToString();
    }

    private static void Mutate(Random random, ref byte[] body)
    {
        for (var i = random.Next(1, 4); i > 0 && body.Length > 0; i--)
        {
            var at = random.Next(body.Length);
            switch (random.Next(3))
            {
                case 0: body[at] = (byte)random.Next(256); break;
                case 1: body = body[..at]; break;
                default: body = [.. body[..at], (byte)random.Next(256), .. body[at..]]; break;
            }
        }
    }
}
