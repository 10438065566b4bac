using Embeddings.Api.Access;
using Embeddings.Api.Limits;
using Embeddings.Api.Telemetry;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>
/// The gRPC services of Text Embeddings Inference, on the same port as everything else: HTTP/2 is recognised there with
/// TLS and without.
/// </summary>
internal static class TeiGrpcSetup
{
    public static void AddTeiGrpc(this IServiceCollection services)
    {
        services.AddGrpc(options =>
        {
            options.Interceptors.Add<FailureInterceptor>();
            // An unknown service is an unknown path, which clients read as UNIMPLEMENTED.
            options.IgnoreUnknownServices = true;
        });
        services.AddGrpcReflection();
    }

    public static void MapTeiGrpc(this IEndpointRouteBuilder routes)
    {
        routes.MapGrpcService<InfoService>();
        routes.MapGrpcService<EmbedService>();
        routes.MapGrpcService<PredictService>();
        routes.MapGrpcService<RerankService>();
        routes.MapGrpcService<TokenizeService>();
        routes.MapGrpcService<HealthService>().WithMetadata(new AllowWithoutKeyAttribute(), new ProbeAttribute());
        routes.MapGrpcReflectionService().WithMetadata(new StreamedBodyAttribute());
    }
}
