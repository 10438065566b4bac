using Embeddings.Api.Dialects.HuggingFace;
using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Dialects.TeiGrpc;

namespace Embeddings.Api.Dialects;

/// <summary>
/// The routes of other servers that clients are written for, a folder for each family. They are not in the OpenAPI
/// document, since each family has its own documentation.
/// </summary>
internal static class DialectEndpoints
{
    public static void MapDialects(this IEndpointRouteBuilder routes)
    {
        var families = routes.MapGroup("").ExcludeFromDescription();
        families.MapTei();
        families.MapHuggingFace();
        families.MapTeiGrpc();
    }
}
