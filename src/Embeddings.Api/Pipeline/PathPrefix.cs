using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Embeddings.Api.Pipeline;

/// <summary>Section <c>Http</c>: how the server is reached.</summary>
internal sealed class HttpOptions : IValidatableObject
{
    /// <summary>
    /// The path below which a gateway shows this server (<c>/embeddings</c>); empty for the root. In links a gateway's
    /// <c>X-Forwarded-Prefix</c> is used instead, if it is sent.
    /// </summary>
    public string PathPrefix { get; set; } = "";

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (PathPrefix.Length > 0 && !Pipeline.PathPrefix.IsOne(PathPrefix))
        {
            yield return new ValidationResult(
                $"Http:PathPrefix is '{PathPrefix}'; it must be a path such as /embeddings, without a slash at its " +
                "end.");
        }
    }
}

/// <summary>
/// The path below which clients see this server. It is part of every link. Gateways leave it in the paths of requests,
/// or remove it. The header can be sent by anybody, so it only makes links: if it chose the route too, a client could
/// pass a gateway that denies a path.
/// </summary>
internal static partial class PathPrefix
{
    private const string Header = "X-Forwarded-Prefix";

    public static bool IsOne(string text) => Form().IsMatch(text);

    /// <summary>The prefix of the links of a reply: what the gateways send, or else the setting.</summary>
    public static string OfLinks(HttpRequest request, string setting)
    {
        // Each gateway of a chain adds its prefix at the end. A value that is no plain path is ignored: a link to
        // //stranger.example would lead to another server.
        var sent = string.Concat(
            request.Headers[Header].SelectMany(value => value!.Split(',')).Select(part => part.Trim().TrimEnd('/')));
        return IsOne(sent) ? sent : setting;
    }

    /// <summary>
    /// A path without the prefix of the setting; the whole path where a gateway has removed the prefix.
    /// </summary>
    public static string Without(string setting, string path) =>
        !path.StartsWith(setting, StringComparison.OrdinalIgnoreCase) ? path
        : path.Length == setting.Length ? "/"
        : path[setting.Length] == '/' ? path[setting.Length..]
        : path;

    [GeneratedRegex(@"^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+\z")]
    private static partial Regex Form();
}
