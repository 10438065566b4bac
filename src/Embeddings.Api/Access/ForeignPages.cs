using System.Net;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Access;

/// <summary>A browser sent the request for a web page that this server does not know.</summary>
internal sealed class ForeignPageException(string message) : FailureException(FailureKind.ForeignPage, message);

/// <summary>
/// Keeps strangers' web pages out of a server without keys. A page can send a form to any server that its reader's
/// browser reaches: CORS only keeps the page from reading the reply. The rule, unless <c>Cors:Origins</c> is <c>*</c>:
/// <list type="bullet">
/// <item>A request other than GET, HEAD and OPTIONS is refused if its <c>Origin</c> is neither in <c>Cors:Origins</c>
/// nor that of this server's own pages, or if it has no origin and the browser says <c>Sec-Fetch-Site: cross-site</c>.
/// Browsers send an origin with all such requests; other clients send none, and pass.</item>
/// <item>The origin of this server's own pages equals the <c>Host</c>. A stranger's name that points here for a moment
/// (DNS rebinding) makes the two equal as well, so a host that is not known to be this server's is refused.</item>
/// <item>Requests that read have no origin. If the server listens on this machine alone, they are refused too when the
/// host is not known. A server that others reach is called by any name: by containers, gateways and probes.</item>
/// </list>
/// A server with keys needs none of this: a stranger's page does not have a key, and browsers do not add one.
/// </summary>
internal sealed class ForeignPages(
    RequestDelegate next, IOptions<AuthOptions> auth, IOptions<BrowserOptions> browsers, OwnNames names)
{
    private readonly bool _isOff = auth.Value.ApiKeys.Count > 0 || browsers.Value.IsOpen;

    public Task InvokeAsync(HttpContext context)
    {
        if (!_isOff)
        {
            Check(context.Request);
        }

        return next(context);
    }

    internal static ForeignPageException Foreign(string page) => new(
        $"{page} may not change anything on this server, which has no keys. Add the page's origin to " +
        "Cors:Origins, or set Auth:ApiKeys.");

    private void Check(HttpRequest request)
    {
        var changes = !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
            && !HttpMethods.IsOptions(request.Method);
        var origin = changes ? request.Headers.Origin.ToString() : "";
        if (changes && origin.Length == 0
            && request.Headers["Sec-Fetch-Site"].ToString().Equals("cross-site", StringComparison.OrdinalIgnoreCase))
        {
            throw Foreign("Another site's web page");
        }

        if (origin.Length > 0 && browsers.Value.Allows(origin))
        {
            return;
        }

        if (origin.Length > 0 && !IsAt(origin, request.Host))
        {
            throw Foreign($"A web page of '{origin}'");
        }

        // From here on the origin is that of the requested host, or there is none.
        if ((origin.Length > 0 || names.IsLocal) && !names.Has(request.Host.Host))
        {
            throw new ForeignPageException(
                $"This server does not know '{request.Host.Host}' as a name of its own, and has no keys. Add " +
                "the name to Cors:Hosts if it is one, or set Auth:ApiKeys.");
        }
    }

    // The scheme is not compared: behind a gateway with TLS the page has https, and the request that comes here has
    // http.
    private static bool IsAt(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && uri.Host.Equals(host.Host, StringComparison.OrdinalIgnoreCase)
            && (host.Port ?? DefaultPort(uri)) == uri.Port;

    private static int DefaultPort(Uri uri) => uri.Scheme == "https" ? 443 : 80;
}

/// <summary>
/// The names of this server: those that a stranger cannot own, those it listens on, this machine's, and those of
/// <c>Cors:Hosts</c>.
/// </summary>
internal sealed class OwnNames(IOptions<BrowserOptions> browsers, IConfiguration configuration, IServer server)
{
    // Nobody can register a name below these: RFC 6761, RFC 6762, and ICANN's resolution 2024.07.29.06.
    private static readonly string[] Private = [".localhost", ".local", ".internal"];

    private readonly HashSet<string> _names = new(
        [.. browsers.Value.Hosts.Select(host => host.Trim('[', ']')), .. ListenAddresses.Hosts(configuration), Dns.GetHostName()], StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether only this machine reaches the server over the network. A Unix socket does not count: no browser reaches
    /// it.
    /// </summary>
    public bool IsLocal =>
        server.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } addresses
            && addresses.All(ListenAddresses.IsLoopbackPort);

    /// <summary>
    /// Whether the name of a request's host is this server's. A name without a dot has no owner outside this network,
    /// and an address has none at all.
    /// </summary>
    public bool Has(string host) =>
        !host.Contains('.', StringComparison.Ordinal) || IPAddress.TryParse(host.Trim('[', ']'), out _)
        || Private.Any(end => host.EndsWith(end, StringComparison.OrdinalIgnoreCase)) || _names.Contains(host);
}
