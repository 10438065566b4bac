using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>
/// Reads what the files of a transformers or sentence-transformers repository say of its model, and refuses in one
/// sentence what cannot be run here.
/// </summary>
internal static class RepositoryReader
{
    private const string Classification = "ForSequenceClassification";

    // Of models with tasks: the one that fits texts of which nothing is said.
    private const string TextMatching = "text-matching";

    // Bodies that read something else than text. Those of two towers have a part of their own for each.
    private static readonly string[] OtherBodies =
    [
        "clip", "clip_vision_model", "jina_clip", "siglip", "siglip2", "vit", "clap", "whisper", "wav2vec2", "hubert",
        "audio-spectrogram-transformer",
    ];

    // Bodies of which padding is not position 0, so that the table of positions has rows that no token uses.
    private static readonly string[] BodiesWithPaddedPositions = ["roberta", "xlm-roberta", "camembert", "mpnet"];

    /// <summary>The model, without weights and files.</summary>
    /// <param name="files">Its small files.</param>
    /// <param name="listing">What the repository has.</param>
    /// <exception cref="ModelException">It cannot be run here; the message says which part.</exception>
    public static ModelManifest Read(RepositoryFiles files, HubListing listing)
    {
        try
        {
            return Facts(files, listing);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException
                or NullReferenceException)
        {
            throw new ModelException(
                $"The configuration files of {files.Repository} do not have the form that sentence-transformers " +
                $"writes: {exception.Message}", exception);
        }
    }

    private static ModelManifest Facts(RepositoryFiles files, HubListing listing)
    {
        var config = files.Json(RepositoryFiles.Config)
            ?? throw files.Refused("it has no config.json, so it is no transformer model");
        var body = config["model_type"]?.GetValue<string>();
        if (body is null || OtherBodies.Contains(body))
        {
            throw files.Refused($"its body is '{body ?? "unknown"}' (model_type in config.json), which is none of a " +
                "model of texts alone");
        }

        var isCrossEncoder = CheckArchitecture(files, config);
        var tokenizer = files.Json(RepositoryFiles.TokenizerConfig);
        var kind = RepositoryTokenizer.KindOf(files, listing, tokenizer);
        var sentence = files.Json(RepositoryFiles.SentenceConfig);
        if (sentence?["do_lower_case"]?.GetValue<bool>() == true
            && tokenizer?["do_lower_case"]?.GetValue<bool>() == false)
        {
            throw files.Refused($"{RepositoryFiles.SentenceConfig} asks for lower case before a tokenizer that keeps " +
                "it, which is unknown");
        }

        var manifest = new ModelManifest
        {
            Id = files.Repository,
            Repository = files.Repository,
            Revision = listing.Commit,
            License = Spdx(listing.License),
            Dimensions = Integer(config, "hidden_size", "n_embd", "d_model")
                ?? throw files.Refused("config.json does not say its hidden_size"),
            MaxTokens = MaxTokens(config, body, sentence, tokenizer),
            Pooling = Pooling.None,
            Normalize = false,
            PadId = config["pad_token_id"]?.GetValue<int>() ?? 0,
            PaddingSide = tokenizer?["padding_side"]?.GetValue<string>() == "left"
                ? PaddingSide.Left
                : PaddingSide.Right,
            Architecture = new Architecture(
                body,
                Integer(config, "num_hidden_layers", "n_layers", "n_layer", "num_layers"),
                Integer(config, "num_attention_heads", "n_heads", "n_head", "num_heads")),
            Tokenizer = kind,
            Variants = [],
            Files = [],
        };
        return isCrossEncoder ? WithLabels(manifest, config)
            : body == "clip_text_model" ? Projected(manifest, config)
            : WithPrompts(WithModules(manifest, files, config), files, config);
    }

    // CLIP's text tower: the graph gives the vector of the whole text.
    private static ModelManifest Projected(ModelManifest manifest, JsonNode config) => manifest with
    {
        Dimensions = Integer(config, "projection_dim") ?? manifest.Dimensions,
        Normalize = true,
    };

    private static bool CheckArchitecture(RepositoryFiles files, JsonNode config)
    {
        var architecture = (config["architectures"] as JsonArray)?.FirstOrDefault()?.GetValue<string>() ?? "";
        if (architecture.EndsWith(Classification, StringComparison.Ordinal))
        {
            return true;
        }

        // Decoders keep the name of their pretraining, so modules.json has to say that they embed.
        var isBody = !architecture.Contains("For", StringComparison.Ordinal)
            || architecture.EndsWith("ForMaskedLM", StringComparison.Ordinal)
            || architecture.EndsWith("ForPreTraining", StringComparison.Ordinal)
            || (architecture.EndsWith("ForCausalLM", StringComparison.Ordinal) && files.Has(RepositoryFiles.Modules));
        return isBody
            ? false
            : throw files.Refused($"it is no encoder but a {architecture} (architectures in config.json)");
    }

    private static int MaxTokens(JsonNode config, string body, JsonNode? sentence, JsonNode? tokenizer)
    {
        var positions = Integer(config, "max_position_embeddings", "n_positions") ?? 512;
        if (BodiesWithPaddedPositions.Contains(body))
        {
            positions -= (config["pad_token_id"]?.GetValue<int>() ?? 1) + 1;
        }

        var asked = sentence?["max_seq_length"]?.GetValue<int>()
            // Tokenizers without a limit give 10^30.
            ?? (int)Math.Min(tokenizer?["model_max_length"]?.GetValue<double>() ?? positions, positions);
        return Math.Min(asked, positions);
    }

    private static ModelManifest WithLabels(ModelManifest manifest, JsonNode config)
    {
        var labels = (config["id2label"] as JsonObject)?
            .OrderBy(label => int.Parse(label.Key, CultureInfo.InvariantCulture))
            .Select(label => label.Value!.GetValue<string>()).ToList();
        // Without any word of labels, transformers makes two.
        var count = labels?.Count ?? config["num_labels"]?.GetValue<int>() ?? 2;
        return manifest with
        {
            Kind = ModelKind.CrossEncoder,
            Dimensions = count,
            Labels = count == 1 ? null : labels ?? [.. Enumerable.Range(0, count).Select(i => $"LABEL_{i}")],
            Activation = config["problem_type"]?.GetValue<string>() == "multi_label_classification"
                ? Activation.Sigmoid
                : null,
        };
    }

    private static ModelManifest WithModules(ModelManifest manifest, RepositoryFiles files, JsonNode config)
    {
        var modules = SentenceModules.Read(files);
        return manifest with
        {
            Description = files.Has(RepositoryFiles.Modules)
                ? null
                : $"The repository has no modules.json: {(modules.Pooling == Pooling.Mean ? "mean" : "cls")} pooling " +
                    "without scaling, as sentence-transformers does then.",
            Dimensions = modules.Width
                ?? (modules.Pooling == Pooling.Splade ? config["vocab_size"]!.GetValue<int>() : manifest.Dimensions),
            Pooling = modules.Pooling,
            Dense = modules.Dense,
            Normalize = modules.Normalize,
        };
    }

    private static ModelManifest WithPrompts(ModelManifest manifest, RepositoryFiles files, JsonNode config)
    {
        var sentence = files.Json(RepositoryFiles.PromptConfig);
        var prompts = ReadPrompts(sentence?["prompts"] as JsonObject) ?? KnownPrompts.Of(files.Repository);
        var tasks = (config["lora_adaptations"] as JsonArray)?
            .Select((task, id) => KeyValuePair.Create(task!.GetValue<string>(), (long)id)).ToList();
        string?[] defaults =
            [sentence?["default_prompt_name"]?.GetValue<string>(), tasks is null ? null : TextMatching];
        var similarity = sentence?["similarity_fn_name"]?.GetValue<string>();
        return manifest with
        {
            Prompts = prompts,
            DefaultPrompt = defaults.FirstOrDefault(name => name is not null && prompts?.ContainsKey(name) == true),
            // Manhattan distance is not supported here. Cosine, the default, takes its place.
            Similarity = similarity is "dot" or "euclidean" ? similarity : null,
            Tasks = tasks is null ? null : new(tasks),
            Matryoshka = config["matryoshka_dimensions"] is JsonArray lengths
                ? new Matryoshka([.. lengths.Select(length => length!.GetValue<int>())])
                : KnownMatryoshka.Of(files.Repository),
        };
    }

    private static OrderedDictionary<string, string>? ReadPrompts(JsonObject? prompts)
    {
        var read = new OrderedDictionary<string, string>();
        foreach (var (name, prompt) in prompts ?? [])
        {
            read[name] = prompt!.GetValue<string>();
        }

        // Newer versions write empty ones into every repository.
        return read.Values.Any(prompt => prompt.Length > 0) ? read : null;
    }

    private static int? Integer(JsonNode config, params string[] names) =>
        names.Select(name => config[name]?.GetValue<int>()).FirstOrDefault(value => value is not null);

    private static string Spdx(string? license) => license switch
    {
        null => "unknown",
        "apache-2.0" => "Apache-2.0",
        "mit" => "MIT",
        _ => license,
    };
}
