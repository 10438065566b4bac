using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.Net.Http.Headers;

namespace Embeddings.Api.Explorer;

/// <summary>A file of the page.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="MediaType">Its content type.</param>
/// <param name="Tag">Changes with its content.</param>
internal sealed record ExplorerFile(byte[] Content, string MediaType, EntityTagHeaderValue Tag);

/// <summary>
/// The files of the page, which are part of the assembly: the page works from any folder, offline, and from a read-only
/// file system.
/// </summary>
internal sealed class ExplorerFiles
{
    /// <summary>The file with the elements that the scripts fill; served at <c>/</c>.</summary>
    public const string Page = "index.html";

    private const string Prefix = "explorer/";

    private readonly FrozenDictionary<string, ExplorerFile> _files = Read().ToFrozenDictionary();

    /// <summary>Names of all files.</summary>
    public IEnumerable<string> Names => _files.Keys;

    /// <summary>The file of a name.</summary>
    public ExplorerFile this[string name] => _files[name];

    /// <summary>A tag that tells whether two contents are the same.</summary>
    public static EntityTagHeaderValue TagOf(ReadOnlySpan<byte> content) =>
        new($"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"");

    private static IEnumerable<KeyValuePair<string, ExplorerFile>> Read()
    {
        var assembly = typeof(ExplorerFiles).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames())
        {
            if (!resource.StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            using var stream = assembly.GetManifestResourceStream(resource)!;
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var name = resource[Prefix.Length..];
            yield return new(name, new ExplorerFile(content, MediaTypeOf(name), TagOf(content)));
        }
    }

    private static string MediaTypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".jsonl" => "application/x-ndjson",
        _ => throw new InvalidOperationException($"The page has a file '{name}' of a kind that is not known."),
    };
}
