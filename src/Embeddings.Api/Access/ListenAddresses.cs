using System.Globalization;
using System.Net;

namespace Embeddings.Api.Access;

/// <summary>
/// The addresses on which the server listens: what is wrong with them, found before Kestrel tries them, and who can
/// reach them.
/// </summary>
internal static partial class ListenAddresses
{
    private const int LargestPort = 65_535;

    private static readonly string[] PortLists = ["http_ports", "https_ports"];

    /// <summary>
    /// A sentence for each port in the settings that does not exist. Kestrel says nothing of them, or listens
    /// elsewhere.
    /// </summary>
    public static IEnumerable<string> Problems(IConfiguration configuration)
    {
        var ports = PortLists.Select(configuration.GetSection);
        return Urls(configuration).SelectMany(setting => Parts(setting).Where(url => !IsPort(PortOf(url))).Select(url =>
                $"{setting.Path} has '{url}', whose port is '{PortOf(url)}'; a port is a number from 0 to " +
                $"{LargestPort}: http://localhost:9000."))
            .Concat(ports.SelectMany(setting => Parts(setting).Where(port => !IsPort(port)).Select(port =>
                $"{setting.Path} has '{port}'; a port is a number from 0 to {LargestPort}.")));
    }

    /// <summary>The hosts of the addresses that the settings name.</summary>
    public static IEnumerable<string> Hosts(IConfiguration configuration) =>
        Urls(configuration).SelectMany(Parts)
            .Select(url => Uri.TryCreate(url, UriKind.Absolute, out var uri) ? uri.Host : "");

    /// <summary>Whether an address is a port that only this machine reaches.</summary>
    public static bool IsLoopbackPort(string url) => !BindingAddress.Parse(url).IsUnixPipe && IsLoopback(url);

    /// <summary>Says who may use a server without keys.</summary>
    public static void SayWhoMayCall(WebApplication app)
    {
        var addresses = string.Join(", ", app.Urls);
        if (app.Urls.All(IsLoopback))
        {
            LogOpenHere(app.Logger, addresses);
        }
        else
        {
            LogOpen(app.Logger, addresses);
        }
    }

    private static bool IsLoopback(string url)
    {
        var address = BindingAddress.Parse(url);
        return address.IsUnixPipe || address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    private static IEnumerable<IConfigurationSection> Urls(IConfiguration configuration) =>
        configuration.GetSection("Kestrel:Endpoints")
            .GetChildren().Select(endpoint => endpoint.GetSection("Url")).Append(configuration.GetSection("urls"));

    private static string[] Parts(IConfigurationSection setting) =>
        setting.Value?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static bool IsPort(string? text) =>
        text is null
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= LargestPort);

    // http://[::]:8080/path → 8080; null without a port, and for an address that is no URL, which Kestrel refuses.
    private static string? PortOf(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal);
        if (start < 0 || url[start..].StartsWith("://unix:", StringComparison.OrdinalIgnoreCase)
            || url[start..].StartsWith("://pipe:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var host = url[(start + 3)..].Split('/')[0];
        return host.LastIndexOf(':') is var colon && colon > host.LastIndexOf(']') ? host[(colon + 1)..] : null;
    }

    [LoggerMessage(LogLevel.Information, "No keys are set: whoever can run programs on this machine may use " +
        "{Addresses}. Auth__ApiKeys=<key> closes it")]
    private static partial void LogOpenHere(ILogger logger, string addresses);

    [LoggerMessage(LogLevel.Warning, "No keys are set: whoever reaches {Addresses} may use this server, and read, " +
        "change and delete its collections. Auth__ApiKeys=<key> closes it")]
    private static partial void LogOpen(ILogger logger, string addresses);
}
