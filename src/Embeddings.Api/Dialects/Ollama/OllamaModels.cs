using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Embeddings.Api.Embedding;
using Embeddings.Inference.Models;

namespace Embeddings.Api.Dialects.Ollama;

/// <summary>
/// The models in Ollama's words. Size, digest and parameters are what their <c>model.json</c> says of the weights.
/// Only models that make vectors are told of, since Ollama's routes can use no others.
/// </summary>
internal sealed class OllamaModels(ModelRegistry registry)
{
    private static readonly string[] Capabilities = ["embedding"];

    // What Ollama writes for a model that stays: its longest duration after its first day.
    private static readonly DateTime Never = new(2318, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    public TagList Tags() => new(
    [
        .. from name in Names().DistinctBy(name => name.Tagged, StringComparer.OrdinalIgnoreCase)
           select new ModelTag(
               name.Tagged, name.Tagged, Modified(name.Manifest), Size(name.Manifest), Digest(name.Manifest),
               Details(name.Manifest), Capabilities),
    ]);

    public LoadedList Loaded() => new(
    [
        .. from model in registry.All
           where model.IsEncoder && model.State is not null
           let manifest = model.Manifest
           let tagged = OllamaNames.Tagged(manifest.Aliases is [var first, ..] ? first : manifest.Name)
           select new LoadedModel(
               tagged, tagged, Size(manifest), Digest(manifest), Details(manifest), Never, 0, manifest.MaxTokens),
    ]);

    public ShowResponse Show(string name)
    {
        var manifest = registry.Resolve(OllamaNames.Local(name)).Manifest;
        return new ShowResponse(
            manifest.License,
            $"FROM {manifest.Id}\nPARAMETER num_ctx {manifest.MaxTokens}\n",
            string.Create(CultureInfo.InvariantCulture, $"{"num_ctx",-30} {manifest.MaxTokens}"),
            "{{ .Prompt }}",
            Details(manifest),
            Info(manifest),
            Capabilities,
            Modified(manifest));
    }

    // Clients look for the name that their user has typed, so every name is there.
    private IEnumerable<(string Tagged, ModelManifest Manifest)> Names() =>
        from name in registry.Names.Concat(registry.All.Select(model => (Name: model.Manifest.Name, Model: model)))
        where name.Model.IsEncoder
        select (OllamaNames.Tagged(name.Name), name.Model.Manifest);

    private static ModelDetails Details(ModelManifest manifest)
    {
        var family = Family(manifest);
        return new ModelDetails(
            "", "onnx", family, [family], ParameterSize(manifest.Architecture?.Parameters),
            Quantization(manifest.Precision), manifest.MaxTokens, manifest.Dimensions);
    }

    private static JsonObject Info(ModelManifest manifest)
    {
        var family = Family(manifest);
        var info = new JsonObject
        {
            ["general.architecture"] = family,
            ["general.basename"] = manifest.Name,
            ["general.license"] = manifest.License,
            [$"{family}.context_length"] = manifest.MaxTokens,
            [$"{family}.embedding_length"] = manifest.Dimensions,
        };
        Add("general.parameter_count", manifest.Architecture?.Parameters);
        Add($"{family}.block_count", manifest.Architecture?.Layers);
        Add($"{family}.attention.head_count", manifest.Architecture?.Heads);
        Add($"{family}.pooling_type", PoolingType(manifest.Pooling));
        return info;

        void Add(string name, long? number)
        {
            if (number is not null)
            {
                info[name] = number;
            }
        }
    }

    private static string Family(ModelManifest manifest) => manifest.Architecture?.Type ?? "encoder";

    // The numbers of GGUF; null for what it has no number for.
    private static int? PoolingType(Pooling pooling) => pooling switch
    {
        Pooling.Mean => 1,
        Pooling.Cls => 2,
        Pooling.LastToken => 3,
        _ => null,
    };

    private static string Quantization(string precision) => precision switch
    {
        "fp32" => "F32",
        "fp16" => "F16",
        _ => precision.ToUpperInvariant(),
    };

    private static string ParameterSize(long? parameters) => parameters switch
    {
        null => "",
        >= 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e9:0.#}B"),
        >= 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e6:0.#}M"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{parameters / 1e3:0.#}K"),
    };

    private static DateTime Modified(ModelManifest manifest) =>
        manifest.Created?.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc) ?? DateTime.UnixEpoch;

    private static long Size(ModelManifest manifest) => manifest.Weights.Sum(file => file.Size);

    // Weights in several files have the digest of the list of theirs, so that it changes with each of them.
    private static string Digest(ModelManifest manifest) => manifest.Weights.Select(file => file.Sha256).ToList() switch
    {
        [var only] => only,
        var several => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(string.Concat(several)))),
    };
}
