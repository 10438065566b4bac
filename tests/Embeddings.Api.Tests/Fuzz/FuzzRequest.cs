using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Embeddings.Api.Tests.Fuzz;

/// <summary>One generated request; everything about it comes from the random numbers.</summary>
internal sealed record FuzzRequest(string Method, string Path, byte[] Body, string? ContentType, string? Encoding)
{
    private static readonly string[] Paths =
    [
        .. Enumerable.Repeat("/v1/embeddings", 40), "/embeddings", "/v1/engines/a%2Fb/embeddings", "/openai/deployments/x/embeddings",
        "/openai/deployments//embeddings", "/v1/models", "/v1/models/", "/v1/models/a%2F%2Fb", "/v1/%FF", "/", "/health/ready", "/v1//v1/v1/embeddings", "/..%2f..",
    ];

    private static readonly (string Method, string Path, string Body)[] Routes =
    [
        ("POST", "/similarity", """{"sources": ["a", "b"], "targets": ["c"], "metric": "dot"}"""),
        ("POST", "/similarity", """{"inputs": {"source_sentence": "a", "sentences": ["b"]}}"""),
        ("POST", "/similarity", """{"sources": [[1, 2], [3, 4]]}"""),
        ("POST", "/search", """{"query": "a", "top_k": 3, "offset": 1, "min_score": 0.1, "include": ["text", "vector"], "filter": {"n": {"$gte": 1}, "$or": [{"s": "x"}, {"t": {"$in": ["a", 1]}}]}}"""),
        ("POST", "/search", """{"positive": ["1", "text", {"id": "2"}], "negative": [[1, 2]], "group_by": "s", "group_size": 2}"""),
        ("POST", "/search", """{"query": ["a", "b"], "documents": ["c", {"text": "d", "metadata": {"n": 1}}], "metric": "euclidean"}"""),
        ("POST", "/search", """{"collection": "own", "query": [1, 2]}"""),
        ("PUT", "/collections/own", """{"dimensions": 2, "metric": "euclidean"}"""),
        ("POST", "/collections/default/documents", """{"documents": [{"id": "1", "text": "a", "metadata": {"n": 1, "s": "x", "t": ["a"]}}, {"id": 2, "text": "b"}, "c"]}"""),
        ("POST", "/collections/own/documents", """{"documents": [{"id": "1", "vector": [1, 2]}]}"""),
        ("POST", "/collections/own/documents/list", """{"filter": {"n": 1}, "limit": 2, "after": 1, "include": ["vector"]}"""),
        ("POST", "/collections/own/documents/delete", """{"ids": ["1", "2"]}"""),
        ("POST", "/collections/default/documents/delete", """{"filter": {"n": {"$lt": 0}}}"""),
        ("POST", "/collections/default/count", """{"filter": {"s": {"$exists": true}}}"""),
        ("POST", "/collections/own/import", "{\"id\": \"3\", \"vector\": [1, 2]}\n{\"id\": \"4\", \"vector\": [3, 4]}"),
        ("GET", "/collections/own/export", ""),
        ("GET", "/collections/default/documents?limit=2&after=0&include=text", ""),
        ("GET", "/collections/default/documents/1?include=vector", ""),
        ("GET", "/collections/own", ""),
        ("DELETE", "/collections/own/documents/3", ""),
        ("DELETE", "/collections/own", ""),
        ("POST", "/collections/own/documents", """{"documents": [{"id": "5", "vector": [1, 2], "metadata": {"a": {"b": [{"c": 9007199254740993}, null]}, "t": "2026-01-01T00:00:00+01:00"}}]}"""),
        ("POST", "/collections/own/count", """{"filter": {"a.b.c": 9007199254740993, "t": {"$gt": "2025-12-31T22:59:59Z"}}}"""),
        ("POST", "/collections/default/import?on_error=skip", "{\"id\": \"7\", \"text\": \"a\"}\nnothing\n{\"id\": \"8\", \"text\": \"b\"}"),
        ("POST", "/collections/own/reembed", """{"model": "static-en-384"}"""),
        ("DELETE", "/collections/%FF", ""),
        ("POST", "/rerank", """{"query": "a", "documents": ["b", {"text": "c", "d": 1}], "top_n": 1, "return_documents": true, "raw_scores": false, "truncation": true, "max_tokens_per_doc": 4096}"""),
        ("POST", "/v2/rerank", """{"model": "rerank-v3.5", "query": "a", "documents": [{"b": "c", "d": 1}], "rank_fields": ["b", "d"]}"""),
        ("POST", "/rerank", """{"query": "a", "texts": ["b", "c"], "return_text": true, "truncation_direction": "right"}"""),
        ("POST", "/rerank", """{"query": "a", "documents": ["b", "c"], "property": ""}"""),
        ("POST", "/rerank", """{"model": "m", "query": "a", "documents": [{"text": "b"}], "rank_fields": ["text"], "parameters": {"truncate": "END"}}"""),
        ("POST", "/vectors", """{"text": "a", "config": {"pooling_strategy": "masked_mean", "task_type": "query", "dimensions": null}, "dims": 0, "vector": null}"""),
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

    /// <summary>
    /// A request to one of the routes around collections: a body that works, with a value or a few bytes that do not.
    /// </summary>
    public static FuzzRequest MakeSearch(Random random)
    {
        var (method, path, valid) = Routes[random.Next(Routes.Length)];
        var json = valid;
        for (var i = random.Next(3); i > 0; i--)
        {
            // Any value of it, however deep.
            var values = Regex.Matches(json, "(?<=[:\\[,] *)(\"[^\"]*\"|-?[0-9.]+|true|\\[|\\{)");
            if (values.Count > 0)
            {
                var value = values[random.Next(values.Count)];
                json = json[..value.Index] + Value(random, 1) + json[(value.Index + (value.Value is "[" or "{" ? 0 : value.Length))..];
            }
        }

        var body = System.Text.Encoding.UTF8.GetBytes(json);
        if (random.Next(6) == 0)
        {
            Mutate(random, ref body);
        }

        return new FuzzRequest(method, path, body, ContentTypes[random.Next(ContentTypes.Length)], null);
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

    public override string ToString() =>
        $"{Method} {Path} {ContentType} {Encoding}\n{System.Text.Encoding.UTF8.GetString(Body)}";

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
