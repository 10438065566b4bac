using System.Net.Mime;
using Embeddings.Api.Limits;
using Microsoft.Net.Http.Headers;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// Takes bodies as they come: JSON under no content type, or under one of those that <c>curl -d</c> and <c>fetch</c>
/// send if nobody names one, is JSON all the same. A charset or an encoding that nobody here can undo is refused before
/// it is misread.
/// </summary>
internal sealed class JsonBodies(RequestDelegate next)
{
    private static readonly string[] Encodings = ["gzip", "br", "deflate"];

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!HttpMethods.IsPost(request.Method) && !HttpMethods.IsPut(request.Method))
        {
            return next(context);
        }

        var type = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed : null;
        if (type is not null && HeaderUtilities.RemoveQuotes(type.Charset).Value is { Length: > 0 } name
            && !BodyCharset.IsUtf8(name))
        {
            var charset = new BodyCharset(name);
            context.Features.Set(charset.IsKnown
                ? charset
                : throw new UnsupportedBodyException(
                    "The body must be JSON in UTF-8, ISO-8859-1, Windows-1252 or UTF-16, but its charset is " +
                    $"'{name}'."));
        }

        if (string.IsNullOrEmpty(request.ContentType) || (type is not null && IsJson(type)))
        {
            request.ContentType = MediaTypeNames.Application.Json;
        }

        var encodings = request.Headers.ContentEncoding.SelectMany(
            value => value!.Split(',', StringSplitOptions.TrimEntries))
            .Where(value => value.Length > 0 && !value.Equals("identity", StringComparison.OrdinalIgnoreCase)).ToList();
        if (encodings.Count > 1 || encodings.Any(value => !Encodings.Contains(value, StringComparer.OrdinalIgnoreCase)))
        {
            throw new UnsupportedBodyException(
                $"The body has the Content-Encoding '{request.Headers.ContentEncoding}', but only one of " +
                "gzip, br and deflate can be undone here.");
        }

        request.Headers.ContentEncoding = encodings.Count == 0 ? default : encodings[0];
        if (encodings.Count > 0)
        {
            var compressed = new CompressedBody(request.Body);
            context.Features.Set(compressed);
            request.Body = compressed;
        }

        return next(context);
    }

    private static bool IsJson(MediaTypeHeaderValue type) =>
        type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)
        || type.MediaType.Equals(MediaTypeNames.Text.Plain, StringComparison.OrdinalIgnoreCase)
        || type.SubType.Equals("json", StringComparison.OrdinalIgnoreCase)
        || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// A body before its decompression, whose bytes are counted: what it grows to must stand in some proportion to them.
/// </summary>
internal sealed class CompressedBody(Stream inner) : BodyFilter(inner)
{
    // Lines of documents become ten times smaller, a hundred times where they repeat each other. A few kilobytes can be
    // made to grow to gigabytes.
    private const long MostTimes = 1_000;
    private const long AlwaysAllowed = 64 << 20;

    private long _count;

    /// <summary>Whether it may grow to so many bytes.</summary>
    public bool MayGrowTo(long bytes) => bytes <= AlwaysAllowed || bytes <= MostTimes * _count;

    protected override void See(ReadOnlySpan<byte> bytes) => _count += bytes.Length;
}
