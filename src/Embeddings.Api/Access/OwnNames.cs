using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Access;

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
