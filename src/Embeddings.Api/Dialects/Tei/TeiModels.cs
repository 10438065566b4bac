using Embeddings.Api.Embedding;
using Embeddings.Api.Limits;
using Embeddings.Inference;
using Embeddings.Inference.Models;
using Microsoft.Extensions.Options;

namespace Embeddings.Api.Dialects.Tei;

/// <summary>What clients of Text Embeddings Inference are told of the default model and the limits.</summary>
internal sealed class TeiModels(ModelRegistry registry, IOptions<InputOptions> input, IOptions<LimitsOptions> limits)
{
    public TeiInfo Describe()
    {
        var model = registry.Default;
        return new TeiInfo
        {
            ModelId = model.Manifest.Id,
            ModelSha = model.Manifest.Revision,
            ModelDtype = model.Manifest.Precision == "fp32" ? "float32" : model.Manifest.Precision,
            ServedModelName = model.Manifest.Id,
            ModelType = TypeOf(model),
            MaxInputLength = model.Manifest.MaxTokens,
            MaxBatchTokens = limits.Value.MaxTokens,
            MaxClientBatchSize = limits.Value.MaxInputs,
            AutoTruncate = input.Value.Truncation != Truncation.Reject,
        };
    }

    public AzureModelInfo ForAzure()
    {
        var id = registry.Default.Manifest.Id;
        return new AzureModelInfo(id, "embeddings", id.Split('/') is [var owner, _] ? owner : "embeddings");
    }

    private static Dictionary<string, object> TypeOf(ServedModel model)
    {
        var labels = model.Manifest.Labels ?? [];
        var byId = labels.Index().ToDictionary(label => $"{label.Index}", label => label.Item);
        var byLabel = labels.Index().DistinctBy(label => label.Item).ToDictionary(label => label.Item, label => label.Index);
        object classes = new Dictionary<string, object> { ["id2label"] = byId, ["label2id"] = byLabel };
        return model.IsReranker ? new() { ["reranker"] = classes }
            : model.IsClassifier ? new() { ["classifier"] = classes }
            : new() { ["embedding"] = new Dictionary<string, string> { ["pooling"] = PoolingOf(model.Manifest) } };
    }

    private static string PoolingOf(ModelManifest model) => model.Pooling switch
    {
        Pooling.Cls => "cls",
        Pooling.LastToken => "last_token",
        Pooling.Splade => "splade",
        // The graph's own pooling, and the weighted mean, have no name there.
        _ => "mean",
    };
}
