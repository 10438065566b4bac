using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>
/// Reads what the files of a sentence-transformers repository say of its model, and refuses in one sentence what cannot
/// be run here: a body that is not BERT, a tokenizer that is not WordPiece, a module that is unknown.
/// </summary>
/// <param name="repository"><c>owner/name</c>, for the sentences.</param>
/// <param name="directory">Where its files are.</param>
internal sealed class RepositoryReader(string repository, string directory)
{
    private const string Config = "config.json";
    private const string Modules = "modules.json";
    private const string SentenceConfig = "sentence_bert_config.json";
    private const string PromptConfig = "config_sentence_transformers.json";
    private const string TokenizerConfig = "tokenizer_config.json";
    private const string TokenizerJson = "tokenizer.json";
    private const string Vocabulary = "vocab.txt";
    private const string DefaultPoolingFolder = "1_Pooling";
    private const string PoolingMode = "pooling_mode";

    private static readonly string[] SentencePieces = ["sentencepiece.bpe.model", "spiece.model", "tokenizer.model", "unigram.json"];

    /// <summary>Every file that is read, where a repository has it.</summary>
    public static IReadOnlyList<string> Files { get; } =
        [Config, Modules, DefaultPoolingFolder + "/config.json", SentenceConfig, PromptConfig, TokenizerConfig, TokenizerJson, Vocabulary];

    /// <summary>The model, without weights and files.</summary>
    /// <param name="listing">What the repository has.</param>
    /// <exception cref="ModelException">It cannot be run here; the message says which part.</exception>
    public ModelManifest Read(HubListing listing)
    {
        try
        {
            return Facts(listing);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or NullReferenceException)
        {
            throw new ModelException(
                $"The configuration files of {repository} do not have the form that sentence-transformers writes: " +
                $"{exception.Message}", exception);
        }
    }

    /// <summary>The files that the tokenizer needs.</summary>
    public static IEnumerable<string> TokenizerFiles(HubListing listing) =>
        new[] { TokenizerConfig, listing.Files.ContainsKey(TokenizerJson) ? TokenizerJson : Vocabulary }
            .Where(listing.Files.ContainsKey);

    private ModelManifest Facts(HubListing listing)
    {
        var config = Json(Config) ?? throw Refused("it has no config.json, so it is no transformer model");
        var body = config["model_type"]?.GetValue<string>();
        if (body != "bert")
        {
            throw Refused($"its body is '{body ?? "unknown"}' (model_type in config.json), and only 'bert' is known");
        }

        if ((config["architectures"] as JsonArray)?.FirstOrDefault()?.GetValue<string>() is { } architecture
            && architecture.Contains("For", StringComparison.Ordinal)
            && !architecture.EndsWith("ForMaskedLM", StringComparison.Ordinal)
            && !architecture.EndsWith("ForPreTraining", StringComparison.Ordinal))
        {
            throw Refused($"it is no encoder but a {architecture} (architectures in config.json)");
        }

        var (pooling, normalize) = ReadModules();
        var tokenizer = Json(TokenizerConfig);
        CheckTokenizer(listing, tokenizer);
        var positions = config["max_position_embeddings"]?.GetValue<int>() ?? 512;
        var sentence = Json(SentenceConfig);
        var asked = sentence?["max_seq_length"]?.GetValue<int>()
            // Tokenizers without a limit give 10^30.
            ?? (int)Math.Min(tokenizer?["model_max_length"]?.GetValue<double>() ?? positions, positions);
        if (sentence?["do_lower_case"]?.GetValue<bool>() == true
            && tokenizer?["do_lower_case"]?.GetValue<bool>() == false)
        {
            throw Refused($"{SentenceConfig} asks for lower case before a tokenizer that keeps it, which is unknown");
        }

        var prompts = Json(PromptConfig);
        var own = ReadPrompts(prompts?["prompts"] as JsonObject) ?? KnownPrompts.Of(repository);
        var similarity = prompts?["similarity_fn_name"]?.GetValue<string>();
        return new ModelManifest
        {
            Id = repository,
            Repository = repository,
            Revision = listing.Commit,
            License = Spdx(listing.License),
            Description = listing.Files.ContainsKey(Modules)
                ? null
                : $"The repository has no modules.json: {(pooling == Pooling.Mean ? "mean" : "cls")} pooling " +
                    "without scaling, as sentence-transformers does then.",
            Dimensions = config["hidden_size"]!.GetValue<int>(),
            MaxTokens = Math.Min(asked, positions),
            Pooling = pooling,
            Normalize = normalize,
            Tokenizer = "wordpiece",
            Prompts = own,
            DefaultPrompt = prompts?["default_prompt_name"]?.GetValue<string>() is { } name && own?.ContainsKey(name) == true
                ? name
                : null,
            // Manhattan distance is not supported here. Cosine, the default, takes its place.
            Similarity = similarity is "dot" or "euclidean" ? similarity : null,
            Variants = [],
            Files = [],
        };
    }

    // Without modules.json sentence-transformers takes the mean and does not scale it.
    private (Pooling Pooling, bool Normalize) ReadModules()
    {
        if (Json(Modules) is not JsonArray modules)
        {
            return (Json(DefaultPoolingFolder + "/config.json") is { } alone ? ReadPooling(alone) : Pooling.Mean, false);
        }

        Pooling? pooling = null;
        var normalize = false;
        foreach (var module in modules)
        {
            // sentence_transformers.models.Pooling
            var type = module!["type"]!.GetValue<string>().Split('.')[^1];
            var path = module["path"]?.GetValue<string>() ?? "";
            switch (type)
            {
                case "Transformer" when path.Length == 0:
                    break;
                case "Transformer":
                    throw Refused($"its transformer lies in the folder '{path}' (modules.json), and only the " +
                        "repository's own folder is known");
                case "Pooling":
                    pooling = ReadPooling(Json(path + "/config.json") ?? throw Refused($"it has no {path}/config.json, which modules.json names"));
                    break;
                case "Normalize":
                    normalize = true;
                    break;
                default:
                    throw Refused($"it has a module '{type}' (modules.json), and only Transformer, Pooling and " +
                        "Normalize are known");
            }
        }

        return (pooling ?? throw Refused("modules.json names no Pooling"), normalize);
    }

    private Pooling ReadPooling(JsonNode config)
    {
        if (config["include_prompt"]?.GetValue<bool>() == false)
        {
            throw Refused("its pooling leaves the prompt out (include_prompt in the pooling's config.json), which " +
                "is unknown");
        }

        // One string since sentence-transformers 5.2, else a flag for each mode.
        string[] modes = config[PoolingMode] switch
        {
            JsonArray several => [.. several.Select(mode => mode!.GetValue<string>())],
            { } one => [one.GetValue<string>()],
            null =>
            [
                .. config.AsObject().Where(pair => pair.Key.StartsWith(PoolingMode + "_", StringComparison.Ordinal) && pair.Value!.GetValue<bool>())
                    .Select(pair => pair.Key[(PoolingMode.Length + 1)..]),
            ],
        };
        return modes switch
        {
            ["mean" or "mean_tokens"] => Pooling.Mean,
            ["cls" or "cls_token"] => Pooling.Cls,
            [] => throw Refused("its pooling's config.json names no mode"),
            _ => throw Refused($"its pooling is '{string.Join("' and '", modes)}', and only 'mean' or 'cls' is known"),
        };
    }

    private void CheckTokenizer(HubListing listing, JsonNode? config)
    {
        var type = Json(TokenizerJson)?["model"]?["type"]?.GetValue<string>();
        var name = config?["tokenizer_class"]?.GetValue<string>();
        var piece = SentencePieces.FirstOrDefault(listing.Files.ContainsKey);
        if (type is not (null or "WordPiece"))
        {
            throw Refused($"its tokenizer is '{type}' (tokenizer.json), and only BERT's WordPiece is known");
        }

        if (type is null && !listing.Files.ContainsKey(Vocabulary))
        {
            throw Refused(piece is null ? "it has neither tokenizer.json nor vocab.txt" : $"its tokenizer is SentencePiece ({piece}), and only BERT's WordPiece is known");
        }

        if (name?.StartsWith("Bert", StringComparison.Ordinal) == false && name != "PreTrainedTokenizerFast")
        {
            throw Refused($"its tokenizer is a {name} (tokenizer_config.json), and only BERT's WordPiece is known");
        }

        Tokenization.TokenizerFiles.Read(directory, [.. TokenizerFiles(listing)]);
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

    private static string Spdx(string? license) => license switch
    {
        null => "unknown",
        "apache-2.0" => "Apache-2.0",
        "mit" => "MIT",
        _ => license,
    };

    private JsonNode? Json(string path)
    {
        var file = Path.Combine(directory, path);
        return File.Exists(file) ? JsonNode.Parse(File.ReadAllBytes(file)) : null;
    }

    private ModelException Refused(string why) => new($"{repository} cannot be run here: {why}.");
}
