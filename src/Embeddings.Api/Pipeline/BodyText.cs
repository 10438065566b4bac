using Embeddings.Api.Limits;

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
