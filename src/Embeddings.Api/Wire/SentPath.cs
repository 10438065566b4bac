using System.Text.RegularExpressions;
using Embeddings.Api.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace Embeddings.Api.Wire;

/// <summary>
/// The path of a request as it was sent, percent-encoded. <c>Request.Path</c> is decoded already: there, an id with a
/// literal <c>%2F</c> looks like one with a slash, and dot segments are gone. Names and ids are taken from this path
/// and decoded once.
/// </summary>
/// <param name="Encoded">As it was sent, behind the prefix of a gateway.</param>
/// <param name="Served">The path of the route that serves it, still encoded.</param>
internal sealed partial record SentPath(string Encoded, string Served)
{
    private const string Models = "/v1/models/";

    /// <summary>The id of the document that the path names. A collection may be called "documents" too.</summary>
    public string DocumentId => Uri.UnescapeDataString(Document().Match(Encoded).Groups[1].Value);

    /// <summary>The name of the model that the path names.</summary>
    public string Model => Uri.UnescapeDataString(Served[Models.Length..]);

    /// <summary>The path of the request line or of HTTP/2's <c>:path</c>, without its query.</summary>
    /// <exception cref="InvalidRequestException">A gateway may take it for another path, or it is not
    /// UTF-8.</exception>
    public static string Of(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        // A proxy's form is http://host/path; OPTIONS may have * alone.
        var start = target.StartsWith('/') ? 0 : target.IndexOf(
            "://", StringComparison.Ordinal) is var scheme and >= 0 ? target.IndexOf('/', scheme + 3) : -1;
        var path = start < 0 ? context.Request.Path.ToUriComponent() : target[start..].Split('?')[0];
        if (path.Contains('.', StringComparison.Ordinal) || path.Contains('%', StringComparison.Ordinal))
        {
            Check(path);
        }

        return EncodedBytes().Replace(path, Plain);
    }

    // RFC 3986, section 6.2.2.2: a letter means the same encoded or not. Routing decodes it, so code that looks for a
    // word in the path has to see it decoded too.
    private static string Plain(Match encoded) =>
        (char)Convert.ToByte(encoded.Value[1..], 16) is var character
            && (char.IsAsciiLetterOrDigit(character) || character is '-' or '.' or '_' or '~')
            ? $"{character}"
            : encoded.Value;

    private static void Check(string path)
    {
        if (Uri.UnescapeDataString(path).Split('/').FirstOrDefault(segment => segment is "." or "..") is { } dots)
        {
            throw new InvalidRequestException(
                $"Invalid path '{path}': it has the segment '{dots}', which makes another path of it. No collection, " +
                "document or model is named so.");
        }

        if (BrokenBytes().Match(path) is { Success: true } broken)
        {
            throw new InvalidRequestException(
                $"Invalid path '{path}': the '%' at position {broken.Index} (from 0) is not followed by two " +
                "hexadecimal digits; a '%' itself is written %25.");
        }

        if (HighBytes().Matches(path).FirstOrDefault(bytes => Uri.UnescapeDataString(bytes.Value).Contains('%', StringComparison.Ordinal)) is { } wrong)
        {
            throw new InvalidRequestException(
                $"Invalid path '{path}': '{wrong.Value}' at position {wrong.Index} (from 0) is not UTF-8.");
        }
    }

    [GeneratedRegex("^/+collections/+[^/]+/+documents/(.+)", RegexOptions.IgnoreCase)]
    private static partial Regex Document();

    [GeneratedRegex("%[0-9A-F]{2}", RegexOptions.IgnoreCase)]
    private static partial Regex EncodedBytes();

    [GeneratedRegex("%(?![0-9A-F]{2})", RegexOptions.IgnoreCase)]
    private static partial Regex BrokenBytes();

    // Bytes of characters beyond ASCII.
    [GeneratedRegex("(?:%[89A-F][0-9A-F])+", RegexOptions.IgnoreCase)]
    private static partial Regex HighBytes();
}

/// <summary>The model that a path names, as a legacy engine or as an Azure deployment.</summary>
/// <param name="Model">Its name, decoded.</param>
internal sealed record Deployment(string Model);
