using Embeddings.Api.Dialects.Tei;
using Embeddings.Api.Limits;
using Grpc.Core;

namespace Embeddings.Api.Dialects.TeiGrpc;

/// <summary>What this server is.</summary>
internal sealed class InfoService(TeiModels models) : Info.InfoBase
{
    [StreamedBody]
    public override Task<InfoResponse> Info(InfoRequest request, ServerCallContext context)
    {
        var info = models.Describe();
        var reply = new InfoResponse
        {
            Version = info.Version,
            ModelId = info.ModelId,
            ModelDtype = info.ModelDtype,
            ModelType = info.ModelType.ContainsKey("reranker") ? ModelType.Reranker
                : info.ModelType.ContainsKey("classifier") ? ModelType.Classifier
                : ModelType.Embedding,
            MaxConcurrentRequests = (uint)info.MaxConcurrentRequests,
            MaxInputLength = (uint)info.MaxInputLength,
            MaxBatchTokens = (uint)info.MaxBatchTokens,
            MaxClientBatchSize = (uint)info.MaxClientBatchSize,
            TokenizationWorkers = (uint)info.TokenizationWorkers,
        };
        if (info.ModelSha is { } commit)
        {
            reply.ModelSha = commit;
        }

        return Task.FromResult(reply);
    }
}
