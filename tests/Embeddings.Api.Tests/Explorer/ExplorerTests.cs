using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Embeddings.Inference.Tests;

namespace Embeddings.Api.Tests.Explorer;

/// <summary>The files of the page at <c>/</c>. What the page does is tried in a browser, by Embeddings.Clients.Tests.</summary>
public sealed partial class ExplorerTests(Server server) : IClassFixture<Server>
{
    private const int MostScript = 60_000;

    private static readonly string Folder = Path.Combine(Repository.Folder, "src", "Embeddings.Api", "Explorer", "wwwroot");

    public static TheoryData<string> Files() => [.. Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Where(name => name != "index.html")];

    [Theory]
    [InlineData("/")]
    [InlineData("/explorer/main.js")]
    public async Task The_page_may_run_only_its_own_scripts_and_ask_only_its_own_server(string path)
    {
        var reply = await server.GetAsync(path);
        Assert.Equal(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
            reply.Header("Content-Security-Policy"));
        Assert.Equal(("nosniff", "no-referrer"), (reply.Header("X-Content-Type-Options"), reply.Header("Referrer-Policy")));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task A_file_is_served_as_it_is_and_only_once(string name)
    {
        using var first = await server.Http.GetAsync(new Uri($"/explorer/{name}", UriKind.Relative), Server.Cancelled);
        Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(Folder, name), Server.Cancelled), await first.Content.ReadAsByteArrayAsync(Server.Cancelled));
        Assert.Equal((TypeOf(name), "no-cache"), (first.Content.Headers.ContentType!.MediaType, first.Headers.CacheControl!.ToString()));
        Assert.False(first.Headers.ETag!.IsWeak);

        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri($"/explorer/{name}", UriKind.Relative));
        again.Headers.IfNoneMatch.Add(first.Headers.ETag);
        Assert.Equal(HttpStatusCode.NotModified, (await Server.ReadAsync(await server.Http.SendAsync(again, Server.Cancelled))).Status);
    }

    [Fact]
    public async Task The_page_has_another_tag_behind_another_prefix()
    {
        Assert.Equal((await TagAsync(null)).Tag, (await TagAsync(null)).Tag);
        Assert.NotEqual((await TagAsync(null)).Tag, (await TagAsync("/vectors")).Tag);
    }

    [Fact]
    public async Task Every_file_that_the_page_names_is_below_the_prefix_and_there()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative)) { Headers = { { "X-Forwarded-Prefix", "/vectors" } } };
        var page = await Server.ReadAsync(await server.Http.SendAsync(request, Server.Cancelled));
        var named = Link().Matches(page.Text).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("/vectors/explorer/main.js", named);
        Assert.All(named, link => Assert.StartsWith("/vectors/", link, StringComparison.Ordinal));
        foreach (var link in named)
        {
            Assert.NotEqual(HttpStatusCode.NotFound, (await server.GetAsync(link["/vectors".Length..])).Status);
        }
    }

    [Fact]
    public void All_scripts_together_are_small()
    {
        var scripts = Directory.GetFiles(Folder, "*.js");
        Assert.True(scripts.Length > 10);
        Assert.InRange(scripts.Sum(script => new FileInfo(script).Length), 1, MostScript);
    }

    [Fact]
    public void No_script_is_long() =>
        Assert.All(Directory.GetFiles(Folder, "*.js"), script => Assert.InRange(File.ReadLines(script).Count(), 1, 300));

    [Fact]
    public void No_script_makes_markup_or_programs_of_texts()
    {
        foreach (var script in Directory.GetFiles(Folder, "*.js"))
        {
            Assert.DoesNotMatch(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", File.ReadAllText(script));
        }
    }

    private async Task<EntityTagHeaderValue> TagAsync(string? prefix)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/", UriKind.Relative));
        request.Headers.Add("X-Forwarded-Prefix", prefix ?? "");
        using var reply = await server.Http.SendAsync(request, Server.Cancelled);
        return reply.Headers.ETag!;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".js" => "text/javascript",
        ".css" => "text/css",
        ".svg" => "image/svg+xml",
        _ => "application/x-ndjson",
    };

    [GeneratedRegex("(?:src|href)=\"(/[^\"]*)\"")]
    private static partial Regex Link();
}
