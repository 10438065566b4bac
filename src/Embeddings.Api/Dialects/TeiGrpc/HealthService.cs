using Embeddings.Api.Embedding;
using Embeddings.Api.Limits;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Http.Timeouts;
using RpcStatus = Grpc.Core.Status;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>
/// The probe of orchestrators. It answers for the whole server (no name) and for each of its services; they are ready
/// together.
/// </summary>
internal sealed class HealthService(ModelRegistry registry, IHostApplicationLifetime lifetime) : Health.HealthBase
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private static readonly string[] Services =
    [
        "", Info.Descriptor.FullName, Embed.Descriptor.FullName, Predict.Descriptor.FullName,
        Rerank.Descriptor.FullName, Tokenize.Descriptor.FullName,
    ];

    [StreamedBody]
    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        Services.Contains(request.Service)
            ? Task.FromResult(new HealthCheckResponse { Status = StatusOf(request.Service) })
            : throw new RpcException(new RpcStatus(StatusCode.NotFound, ""));

    [StreamedBody]
    [DisableRequestTimeout]
    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        var last = HealthCheckResponse.Types.ServingStatus.Unknown;
        using var looks = new PeriodicTimer(BetweenLooks);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping);
        do
        {
            var now = StatusOf(request.Service);
            if (now != last)
            {
                last = now;
                await responseStream.WriteAsync(new HealthCheckResponse { Status = now }, context.CancellationToken);
            }
        }
        while (await looks.WaitForNextTickAsync(end.Token));
    }

    private HealthCheckResponse.Types.ServingStatus StatusOf(string service) =>
        !Services.Contains(service) ? HealthCheckResponse.Types.ServingStatus.ServiceUnknown
        : registry.IsReady ? HealthCheckResponse.Types.ServingStatus.Serving
        : HealthCheckResponse.Types.ServingStatus.NotServing;
}
