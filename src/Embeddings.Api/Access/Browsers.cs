using System.ComponentModel.DataAnnotations;
using System.Net;
using Embeddings.Api.Wire;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Access;

/// <summary>Section <c>Cors</c>: which web pages may call.</summary>
internal sealed class BrowserOptions : IValidatableObject
{
    /// <summary>Stands for all pages.</summary>
    private const string Everybody = "*";

    /// <summary>Stands for the pages of this machine.</summary>
    private const string ThisMachine = "localhost";

    /// <summary>
    /// Origins (<c>https://example.com</c>), <c>localhost</c> for the pages of this machine at any port, or <c>*</c>
    /// for all.
    /// </summary>
    public IList<string> Origins { get; } = [];

    /// <summary>
    /// Names of this server that it cannot know by itself (<c>embeddings.example.com</c>), see
    /// <see cref="ForeignPages"/>.
    /// </summary>
    public IList<string> Hosts { get; } = [];

    /// <summary>Whether every page may call.</summary>
    internal bool IsOpen => Origins.Contains(Everybody);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) => Origins
        .Where(origin => origin is not (Everybody or ThisMachine) && !IsOrigin(origin))
        .Select(origin => new ValidationResult(
            $"Cors:Origins has '{origin}', which no browser sends; an origin is https://host or https://host:port, " +
            "without a path or a slash at the end, localhost for the pages of this machine, or * for all."))
        .Concat(Hosts.Where(host => Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown)
            .Select(host => new ValidationResult(
                $"Cors:Hosts has '{host}'; it must be the name of a host, without a scheme and a port: " +
                "embeddings.example.com.")));

    /// <summary>Whether a page of this origin, as a browser writes it, may call.</summary>
    internal bool Allows(string origin) => Origins.Any(known => known switch
    {
        Everybody => true,
        ThisMachine => IsOfThisMachine(origin),
        _ => known.Equals(origin, StringComparison.OrdinalIgnoreCase),
    });

    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
            && text.Equals(uri.GetLeftPart(UriPartial.Authority), StringComparison.OrdinalIgnoreCase);

    private static bool IsOfThisMachine(string origin) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
        && (uri.Host.Equals(ThisMachine, StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)));
}

/// <summary>
/// Lets web pages send any header (keys, those of OpenAI and of its generated clients) and read the reply's own
/// headers.
/// </summary>
internal static class Browsers
{
    // As long as Chromium remembers an answer at all.
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(2);

    private static readonly string[] Exposed =
    [
        ReplyHeaderNames.RequestId, ReplyHeaderNames.ProcessingMilliseconds, ReplyHeaderNames.Model,
        ReplyHeaderNames.TruncatedInputs, "retry-after", "retry-after-ms",
    ];

    public static void AddBrowsers(this IServiceCollection services)
    {
        services.AddCors();
        services.AddOptions<CorsOptions>()
            .Configure<IOptions<BrowserOptions>>((cors, browsers) => cors.AddDefaultPolicy(policy =>
            (browsers.Value.IsOpen ? policy.AllowAnyOrigin() : policy.SetIsOriginAllowed(browsers.Value.Allows))
                .AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(Exposed).SetPreflightMaxAge(PreflightAge)));
    }
}
