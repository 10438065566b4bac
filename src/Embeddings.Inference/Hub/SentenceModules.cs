using System.Text.Json.Nodes;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>What <c>modules.json</c> says is done with the vectors of tokens.</summary>
/// <param name="Pooling">How they become one.</param>
/// <param name="Dense">Layers that it passes then; null for none.</param>
/// <param name="Width">Length of the vectors that the last layer gives; null without layers.</param>
/// <param name="Normalize">Whether the result is scaled to length 1.</param>
internal sealed record SentenceModules(Pooling Pooling, IReadOnlyList<DenseFile>? Dense, int? Width, bool Normalize)
{
    private const string PoolingMode = "pooling_mode";

    /// <summary>
    /// Reads it. Without <c>modules.json</c> sentence-transformers takes the mean and does not scale it.
    /// </summary>
    /// <exception cref="ModelException">It has a module, or a pooling, that is not known here.</exception>
    public static SentenceModules Read(RepositoryFiles files)
    {
        if (files.Json(RepositoryFiles.Modules) is not JsonArray modules)
        {
            var alone = files.Json(RepositoryFiles.DefaultPooling);
            return new SentenceModules(alone is null ? Pooling.Mean : ReadPooling(files, alone), null, null, false);
        }

        Pooling? pooling = null;
        var dense = new List<DenseFile>();
        int? width = null;
        var normalize = false;
        foreach (var module in modules)
        {
            // sentence_transformers.models.Pooling
            var type = module!["type"]!.GetValue<string>().Split('.')[^1];
            var path = module["path"]?.GetValue<string>() ?? "";
            switch (type)
            {
                case "Transformer" or "MLMTransformer" when path.Length == 0:
                    break;
                case "Transformer" or "MLMTransformer":
                    throw files.Refused($"its transformer lies in the folder '{path}' (modules.json), and only the " +
                        "repository's own folder is known");
                case "Pooling":
                    pooling = ReadPooling(files, ConfigOf(files, path));
                    break;
                case "SpladePooling":
                    pooling = ReadSplade(files, ConfigOf(files, path));
                    break;
                case "Dense":
                    var config = ConfigOf(files, path);
                    dense.Add(ReadDense(files, path, config));
                    width = config["out_features"]!.GetValue<int>();
                    break;
                case "Normalize":
                    normalize = true;
                    break;
                default:
                    throw files.Refused($"it has a module '{type}' (modules.json), and only Transformer, " +
                        "MLMTransformer, Pooling, SpladePooling, Dense and Normalize are known");
            }
        }

        return new SentenceModules(
            pooling ?? throw files.Refused("modules.json names no Pooling"), dense.Count > 0 ? dense : null, width,
            normalize);
    }

    private static JsonNode ConfigOf(RepositoryFiles files, string folder) =>
        files.Json(folder + "/config.json")
            ?? throw files.Refused($"it has no {folder}/config.json, which modules.json names");

    private static Pooling ReadSplade(RepositoryFiles files, JsonNode config)
    {
        var strategy = config["pooling_strategy"]?.GetValue<string>() ?? "max";
        var function = config["activation_function"]?.GetValue<string>() ?? "relu";
        return (strategy, function) == ("max", "relu")
            ? Pooling.Splade
            : throw files.Refused(
                $"its SpladePooling takes the {strategy} after {function}, and only max after relu is known");
    }

    private static DenseFile ReadDense(RepositoryFiles files, string folder, JsonNode config)
    {
        var weights = RepositoryFiles.WeightsOf(folder);
        var function = config["activation_function"]?.GetValue<string>() ?? "torch.nn.modules.activation.Tanh";
        Activation? activation = function.Split('.')[^1] switch
        {
            "Identity" => Activation.Identity,
            "Tanh" => Activation.Tanh,
            "ReLU" => Activation.Relu,
            "Sigmoid" => Activation.Sigmoid,
            _ => null,
        };
        return activation is null
            ? throw files.Refused($"its layer {folder} has the activation {function}, which is unknown")
            : files.Has(weights)
                ? new DenseFile(weights, activation.Value)
                : throw files.Refused($"its layer {folder} has no {weights}, and weights of another form are not read");
    }

    private static Pooling ReadPooling(RepositoryFiles files, JsonNode config)
    {
        if (config["include_prompt"]?.GetValue<bool>() == false)
        {
            throw files.Refused("its pooling leaves the prompt out (include_prompt in the pooling's config.json), " +
                "which is unknown");
        }

        // One string since sentence-transformers 5.2, else a flag for each mode.
        string[] modes = config[PoolingMode] switch
        {
            JsonArray several => [.. several.Select(mode => mode!.GetValue<string>())],
            { } one => [one.GetValue<string>()],
            null =>
            [
                .. config.AsObject()
                    .Where(pair => pair.Key.StartsWith(PoolingMode + "_", StringComparison.Ordinal))
                    .Where(pair => pair.Value!.GetValue<bool>())
                    .Select(pair => pair.Key[(PoolingMode.Length + 1)..]),
            ],
        };
        return modes switch
        {
            ["mean" or "mean_tokens"] => Pooling.Mean,
            ["cls" or "cls_token"] => Pooling.Cls,
            ["lasttoken"] => Pooling.LastToken,
            ["weightedmean" or "weightedmean_tokens"] => Pooling.WeightedMean,
            [] => throw files.Refused("its pooling's config.json names no mode"),
            _ => throw files.Refused($"its pooling is '{string.Join("' and '", modes)}', and only one of mean, cls, " +
                "lasttoken and weightedmean is known"),
        };
    }
}
