using System.Net;
using System.Text.RegularExpressions;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Embeddings.Api.Tests.Access;

/// <summary>What holds for every route that the program maps, those included that nobody has thought of yet.</summary>
public sealed partial class EveryRouteTests
{
    private static readonly string[] Open =
    [
        "GET /", "GET /.well-known/live", "GET /.well-known/ready", "GET /health", "GET /health/live", "GET /health/ready",
        "GET /healthz", "GET /ping", "POST /grpc.health.v1.Health/Check", "POST /grpc.health.v1.Health/Watch",
    ];

    [Fact]
    public async Task Every_route_needs_a_key_but_the_page_and_the_probes()
    {
        await using var server = new Server(new() { ["Auth:ApiKeys"] = "secret" });
        var open = new List<string>();
        foreach (var (method, path, _) in Routes(server))
        {
            var reply = await server.SendAsync(new HttpMethod(method), path, method == "GET" ? null : "{}");
            // An open gRPC method tells that this is not gRPC.
            if (reply.Response.IsSuccessStatusCode || reply.Status == HttpStatusCode.UnsupportedMediaType)
            {
                open.Add($"{method} {path}");
            }
            else
            {
                Assert.True(reply.Status == HttpStatusCode.Unauthorized, $"{method} {path}: {reply.Text}");
            }
        }

        // The page's files hold no data.
        Assert.Equal(Open, open.Where(route => !route.StartsWith("GET /explorer/", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_foreign_page_may_send_to_no_route_that_changes_something()
    {
        await using var server = new Server();
        _ = server.Http.BaseAddress;
        var refused = 0;
        foreach (var (method, path, dialect) in Routes(server).Where(route => route.Method != "GET"))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add("Origin", "https://stranger.example");
            // Each family of clients has failures of its own form.
            var reply = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
            Assert.True(reply.Status == HttpStatusCode.Forbidden, $"{method} {path}: {reply.Text}");
            if (dialect is null)
            {
                reply.AssertEnvelope(HttpStatusCode.Forbidden);
            }

            refused++;
        }

        Assert.True(refused >= 12, $"The program has only {refused} such routes that this test finds.");
    }

    private static List<(string Method, string Path, IErrorDialect? Dialect)> Routes(Server server)
    {
        _ = server.Http.BaseAddress;
        return
        [
            .. server.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
                .SelectMany(route => (route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"])
                    .Select(method => (method, PathOf(route), route.Metadata.GetMetadata<IErrorDialect>()))).Distinct(),
        ];
    }

    private static string PathOf(RouteEndpoint route)
    {
        var path = Parameter().Replace(route.RoutePattern.RawText!, "a");
        return path.Length > 1 ? "/" + path.Trim('/') : path;
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();
}
