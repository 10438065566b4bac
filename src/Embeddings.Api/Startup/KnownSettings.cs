using Embeddings.Api.Errors;

namespace Embeddings.Api.Startup;

/// <summary>A section of settings and the type that holds them.</summary>
internal sealed record SettingsSection(string Name, Type Options);

/// <summary>The names of all settings. Finds the one that a wrong name was probably meant to be.</summary>
internal sealed class KnownSettings(IEnumerable<SettingsSection> sections)
{
    // What ASP.NET Core's host and Serilog read, by name and by section.
    private static readonly string[] HostNames =
    [
        "urls", "http_ports", "https_ports", "https_port", "environment", "contentRoot", "applicationName", "webroot",
        "AllowedHosts", "shutdownTimeoutSeconds",
        "captureStartupErrors", "detailedErrors", "forwardedHeaders_enabled", "hostingStartupAssemblies",
        "hostingStartupExcludeAssemblies", "preferHostingUrls",
        "preventHostingStartup", "startupAssembly", "staticWebAssets", "suppressStatusMessages",
    ];

    private static readonly string[] HostSections = ["hostBuilder", "Kestrel", "Logging", "Serilog"];

    private static readonly string[] HostPrefixes = ["ASPNETCORE_", "DOTNET_"];

    // Names that other servers have for the address to listen on.
    private static readonly string[] Ports = ["port", "p", "http_port", "listen", "bind"];

    // Settings that had another name before, by that name.
    private static readonly Dictionary<string, string> NewNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Models:Lanes"] = "Models:Workers",
    };

    private readonly SettingsSection[] _sections = [.. sections];

    /// <summary>Sections that a settings file may have.</summary>
    public IEnumerable<string> Sections =>
        _sections.Select(section => section.Name).Concat(HostSections)
            .Concat(["AllowedHosts", "Http_Ports", "Https_Ports", "Urls"]);

    /// <summary>Sections of this program's own.</summary>
    public IEnumerable<string> OwnSections => _sections.Select(section => section.Name);

    private IEnumerable<string> Names =>
        _sections.SelectMany(section => section.Options.GetProperties(
            ).Select(property => $"{section.Name}:{property.Name}"));

    /// <summary>
    /// Whether something reads the setting. The items of a list are known too, and every key of a dictionary.
    /// </summary>
    /// <param name="key">With colons: <c>Auth:ApiKeys:0</c>.</param>
    public bool Knows(string key)
    {
        var parts = key.Split(':');
        if (_sections.FirstOrDefault(section => Same(section.Name, parts[0])) is not { } known)
        {
            return HostSections.Contains(parts[0], StringComparer.OrdinalIgnoreCase)
                || HostNames.Contains(key, StringComparer.OrdinalIgnoreCase);
        }

        // A section's name alone is refused with its own sentence, by CheckedOptions.
        return parts.Length == 1
            || (known.Options.GetProperties().FirstOrDefault(property => Same(property.Name, parts[1]))?.PropertyType is { } type && parts.Length switch
            {
                2 => true,
                3 when type == typeof(IList<string>) => int.TryParse(parts[2], out _),
                // A name may hold colons itself.
                _ => type == typeof(IDictionary<string, string>),
            });
    }

    /// <summary>The name that a setting has now; null if it never had another.</summary>
    /// <param name="key">With colons: <c>Models:Lanes</c>.</param>
    public static string? NewName(string key) => NewNames.GetValueOrDefault(key);

    /// <summary>What to write instead of a name that nothing reads, as a sentence.</summary>
    /// <param name="key">As it was written.</param>
    /// <param name="value">What it was given.</param>
    public string Advice(string key, string value) => key switch
    {
        _ when Ports.Contains(key, StringComparer.OrdinalIgnoreCase) =>
            $"The port is part of --urls http://localhost:{(int.TryParse(value, out _) ? value : "9000")}.",
        _ when NewName(key) is { } name => $"Its name is now --{name}.",
        _ when Nearest(key, [.. Names, .. HostNames]) is { } name => $"Did you mean --{name}?",
        _ =>
            $"There are --urls and the settings of the sections {string.Join(", ", OwnSections)}, such as " +
            $"--{Names.First()}.",
    };

    /// <summary>
    /// The setting that an environment variable was probably meant to set, in the form of a variable; null if the
    /// variable sets one, or resembles none.
    /// </summary>
    public string? NearVariable(string variable)
    {
        var prefix = HostPrefixes.FirstOrDefault(prefix => variable.StartsWith(
            prefix, StringComparison.OrdinalIgnoreCase)) ?? "";
        var name = variable[prefix.Length..];
        var parts = name.Split(':').SelectMany(part => part.Split("__")).ToArray();
        if (OwnSections.Contains(parts[0], StringComparer.OrdinalIgnoreCase))
        {
            // Wrong names in these sections stop the start.
            return null;
        }

        // First variables whose section is misspelt (Auths__ApiKeys), then other forms of a whole name (MODELS_DEFAULT,
        // AUTH_API_KEYS, Models.Default, Model__Default__0).
        var items = parts[^1].All(char.IsAsciiDigit) && parts.Length > 1 ? parts[..^1] : parts;
        return parts.Length > 1 && NearestName.Of(parts[0], OwnSections) is { } section
            ? $"{section}__{string.Join("__", parts[1..])}"
            : NearestName.Of(string.Concat(items), Names)?.Replace(":", "__", StringComparison.Ordinal);
    }

    // The last part of a setting's name is enough.
    private static string? Nearest(string name, IReadOnlyList<string> names) =>
        NearestName.Same(name, names) ?? names.FirstOrDefault(candidate => NearestName.Same(
            name, [candidate.Split(':')[^1]]) is not null) ?? NearestName.Of(name, names);

    private static bool Same(string a, string b) => a.Equals(b, StringComparison.OrdinalIgnoreCase);
}
