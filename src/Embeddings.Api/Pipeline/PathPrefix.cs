using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Embeddings.Api.Pipeline;

/// <summary>Section <c>Http</c>: how the server is reached.</summary>
internal sealed class HttpOptions : IValidatableObject
{
    /// <summary>The path below which a gateway shows this server (<c>/embeddings</c>); empty for the root. In links a gateway's <c>X-Forwarded-Prefix</c> counts before it.</summary>
    public string PathPrefix { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PathPrefix.Length > 0 && !Pipeline.PathPrefix.IsOne(PathPrefix))
        {
            yield return new ValidationResult($"Http:PathPrefix is '{PathPrefix}'; it must be a path such as /embeddings, without a slash at its end.");
        }
    }
}

/// <summary>
/// The path below which clients see this server. It is part of every link; gateways leave it in the paths of requests or take it away, as they are set. Anybody
/// can send the header: it makes links, and never changes which route serves a path, or it would lead past what a gateway denies.
/// </summary>
internal static partial class PathPrefix
{
    private const string Header = "X-Forwarded-Prefix";

    public static bool IsOne(string text) => Form().IsMatch(text);

    /// <summary>What stands before the links of a reply: what the gateways say, or else the setting.</summary>
    public static string OfLinks(HttpRequest request, string setting)
    {
        // Each gateway of a chain adds its own behind those before. What is no plain path is left alone: a link to //stranger.example leads away from here.
        var sent = string.Concat(request.Headers[Header].SelectMany(value => value!.Split(',')).Select(part => part.Trim().TrimEnd('/')));
        return IsOne(sent) ? sent : setting;
    }

    /// <summary>What is left of a path below the prefix of the setting; the whole path where a gateway has taken the prefix away.</summary>
    public static string Without(string setting, string path) =>
        !path.StartsWith(setting, StringComparison.OrdinalIgnoreCase) ? path
        : path.Length == setting.Length ? "/"
        : path[setting.Length] == '/' ? path[setting.Length..]
        : path;

    [GeneratedRegex(@"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\z")]
    private static partial Regex Form();
}
