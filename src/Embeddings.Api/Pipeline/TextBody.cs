using System.Text;
using Embeddings.Api.Errors;
using Embeddings.Api.Limits;
using Embeddings.Api.Wire;

namespace Embeddings.Api.Pipeline;

/// <summary>
/// Makes UTF-8 of a decompressed body, and refuses what is none. Lines of a streamed body are looked at one by one, by
/// who reads them.
/// </summary>
internal sealed class BodyText(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method))
        {
            var isStreamed = context.GetEndpoint()?.Metadata.GetMetadata<StreamedBodyAttribute>() is not null;
            request.Body = new TextBody(
                request.Body,
                context.Features.Get<CompressedBody>(),
                context.Features.Get<BodyCharset>(),
                isChecked: !isStreamed);
        }

        return next(context);
    }
}

/// <summary>The body cannot be read as what its headers say it is; the message says why.</summary>
internal sealed class UnreadableBodyException(string message) : FailureException(FailureKind.InvalidRequest, message)
{
    /// <inheritdoc/>
    public override Failure Failure => base.Failure with { Fault = Fault.NotJson };
}

/// <summary>The body is in a form that nothing here reads; the message says which.</summary>
internal sealed class UnsupportedBodyException(string message) : FailureException(FailureKind.UnsupportedBody, message);

/// <summary>
/// A body in UTF-8, after decompression and decoding. A failure of either is the client's fault; caught here, it is not
/// confused with the same exceptions from elsewhere. Bytes that are not UTF-8 are refused with their offset. The JSON
/// reader would replace them, and two ids could become the same.
/// </summary>
/// <param name="inner">The body.</param>
/// <param name="compressed">The same before its decompression; null where it was not compressed.</param>
/// <param name="charset">Its charset; null for UTF-8.</param>
/// <param name="isChecked">Whether bytes that are not UTF-8 are refused here.</param>
internal sealed class TextBody(
    Stream inner, CompressedBody? compressed, BodyCharset? charset, bool isChecked) : BodyFilter(inner)
{
    private readonly Utf8Check _check = new();
    private long _count;
    private Stream? _decoded;

    protected override async ValueTask<int> ReadInnerAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            _decoded ??= charset is null ? Inner : await charset.DecodedAsync(Inner, cancellationToken);
            return await _decoded.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException { Source: "System.IO.Compression.Brotli" })
        {
            // gzip and deflate throw InvalidDataException, Brotli throws InvalidOperationException.
            throw new UnreadableBodyException(
                "The body could not be decompressed: it ends early, or is not what its Content-Encoding says.");
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableBodyException(
                "The body is not text in the charset that its Content-Type names: it has half of a surrogate pair.");
        }
    }

    protected override void See(ReadOnlySpan<byte> bytes)
    {
        _count += bytes.Length;
        if (compressed?.MayGrowTo(_count) == false)
        {
            throw new UnreadableBodyException(
                "The body grows to more than a thousand times its size when it is decompressed. Send it in parts, or " +
                "less compressed.");
        }

        if (isChecked && _check.FirstInvalid(bytes) is { } position)
        {
            throw new UnreadableBodyException(
                $"The body is not UTF-8: the byte at offset {position} (from 0) begins no character. Send UTF-8, or " +
                "name its charset, as in Content-Type: application/json; charset=iso-8859-1.");
        }
    }
}
