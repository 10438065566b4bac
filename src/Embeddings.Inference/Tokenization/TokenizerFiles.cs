using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Models;
using Embeddings.Tokenization;
using Embeddings.Tokenization.Reading;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// What a model's own files say of its tokenizer. <c>tokenizer.json</c> is the base, <c>tokenizer_config.json</c>
/// overrides what it names (as transformers does), and with neither, <c>vocab.txt</c> alone means an uncased BERT.
/// </summary>
internal static class TokenizerFiles
{
    /// <summary>Reads the files of one directory.</summary>
    /// <param name="directory">Where they lie.</param>
    /// <param name="listed">The files that the manifest lists. Others in the directory are not read.</param>
    /// <exception cref="ModelException">A file is missing, is no JSON, or names a tokenizer that is not BERT's
    /// WordPiece.</exception>
    public static Tokenizer Read(string directory, IReadOnlyCollection<string> listed)
    {
        var json = listed.Contains("tokenizer.json") ? ReadJson(Path.Combine(directory, "tokenizer.json")) : null;
        var config = listed.Contains("tokenizer_config.json")
            ? ReadJson(Path.Combine(directory, "tokenizer_config.json"))
            : null;
        try
        {
            return Tokenizer.Read(JsonSerializer.SerializeToUtf8Bytes(Combine(directory, json, config)));
        }
        catch (Exception exception) when (exception is TokenizerFormatException
            or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new ModelException(
                $"The tokenizer files in {directory} do not have the form of a BERT tokenizer: " +
                $"{exception.Message}", exception);
        }
    }

    /// <summary>Reads the tokenizer.json of a directory, whatever kind it describes.</summary>
    /// <exception cref="ModelException">It is missing, is no JSON, or has a part of an unknown kind.</exception>
    public static Tokenizer ReadAny(string directory)
    {
        var path = Path.Combine(directory, "tokenizer.json");
        try
        {
            return Tokenizer.Read(File.ReadAllBytes(path));
        }
        catch (FileNotFoundException exception)
        {
            throw new ModelException($"{path} is missing.", exception);
        }
        catch (Exception exception) when (exception is TokenizerFormatException or JsonException)
        {
            throw new ModelException($"{path} cannot be read: {exception.Message}", exception);
        }
    }

    // One tokenizer.json of all files.
    private static JsonObject Combine(string directory, JsonNode? json, JsonNode? config)
    {
        var (model, normalizer) = (json?["model"], json?["normalizer"]);
        Expect(directory, "model", model?["type"], "WordPiece");
        Expect(directory, "normalizer", normalizer?["type"], "BertNormalizer");
        Expect(directory, "pre_tokenizer", json?["pre_tokenizer"]?["type"], "BertPreTokenizer");

        var vocabulary = model?["vocab"] is JsonObject given
            ? given.DeepClone().AsObject()
            : ReadVocabulary(Path.Combine(directory, "vocab.txt"));
        foreach (var (token, id) in vocabulary)
        {
            if (id?.GetValueKind() != JsonValueKind.Number)
            {
                throw new FormatException($"the vocabulary gives '{token}' no number.");
            }
        }

        var unknown = Content(config?["unk_token"]) ?? model?["unk_token"]?.GetValue<string>() ?? "[UNK]";
        Require(directory, vocabulary, unknown);
        var lowerCase = Setting(config, "do_lower_case", normalizer?["lowercase"]) ?? true;
        return new JsonObject
        {
            ["added_tokens"] = json?["added_tokens"]?.DeepClone() ?? SpecialTokens(config, vocabulary, unknown),
            ["normalizer"] = new JsonObject
            {
                ["type"] = "BertNormalizer",
                ["clean_text"] = normalizer?["clean_text"]?.GetValue<bool>() ?? true,
                ["handle_chinese_chars"] =
                    Setting(config, "tokenize_chinese_chars", normalizer?["handle_chinese_chars"]) ?? true,
                ["strip_accents"] = Setting(config, "strip_accents", normalizer?["strip_accents"]) ?? lowerCase,
                ["lowercase"] = lowerCase,
            },
            ["pre_tokenizer"] = new JsonObject { ["type"] = "BertPreTokenizer" },
            ["model"] = new JsonObject
            {
                ["type"] = "WordPiece",
                ["unk_token"] = unknown,
                ["continuing_subword_prefix"] = model?["continuing_subword_prefix"]?.GetValue<string>() ?? "##",
                ["max_input_chars_per_word"] = model?["max_input_chars_per_word"]?.GetValue<int>() ?? 100,
                ["vocab"] = vocabulary,
            },
            ["post_processor"] = json?["post_processor"]?.DeepClone() ?? new JsonObject
            {
                ["type"] = "BertProcessing",
                ["cls"] = Token(ClassToken(config)),
                ["sep"] = Token(SeparatorToken(config)),
            },
            ["decoder"] = json?["decoder"]?.DeepClone()
                ?? new JsonObject { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
        };

        JsonArray Token(string token)
        {
            Require(directory, vocabulary, token);
            return [token, vocabulary[token]!.GetValue<int>()];
        }
    }

    private static JsonArray SpecialTokens(JsonNode? config, JsonObject vocabulary, string unknown)
    {
        string[] special =
        [
            unknown, ClassToken(config), SeparatorToken(config),
            Content(config?["pad_token"]) ?? "[PAD]", Content(config?["mask_token"]) ?? "[MASK]",
        ];
        return [.. special.Where(vocabulary.ContainsKey).Select(token => new JsonObject
        {
            ["id"] = vocabulary[token]!.GetValue<int>(),
            ["content"] = token,
            ["special"] = true,
        })];
    }

    private static string ClassToken(JsonNode? config) => Content(config?["cls_token"]) ?? "[CLS]";

    private static string SeparatorToken(JsonNode? config) => Content(config?["sep_token"]) ?? "[SEP]";

    // One token a line; its id is the number of the line, from 0. Of two equal lines the later counts, as in Hugging
    // Face's tokenizers.
    private static JsonObject ReadVocabulary(string path)
    {
        if (!File.Exists(path))
        {
            throw new ModelException($"{path} is missing, and there is no tokenizer.json with a vocabulary beside it.");
        }

        var vocabulary = new JsonObject();
        var id = 0;
        foreach (var line in File.ReadAllText(path, Encoding.UTF8).Split('\n'))
        {
            vocabulary[line.TrimEnd()] = id++;
        }

        vocabulary.Remove("");
        return vocabulary;
    }

    private static JsonNode? ReadJson(string path)
    {
        try
        {
            return File.Exists(path) ? JsonNode.Parse(File.ReadAllBytes(path)) : null;
        }
        catch (JsonException exception)
        {
            throw new ModelException($"{path} is not JSON: {exception.Message}", exception);
        }
    }

    private static void Expect(string directory, string part, JsonNode? actual, string expected)
    {
        if (actual is not null && actual.GetValue<string>() != expected)
        {
            throw new ModelException(
                $"{Path.Combine(directory, "tokenizer.json")} has the {part} '{actual}', but only BERT's " +
                $"'{expected}' is known here.");
        }
    }

    private static void Require(string directory, JsonObject vocabulary, string token)
    {
        if (!vocabulary.ContainsKey(token))
        {
            throw new ModelException($"The vocabulary in {directory} has no '{token}'.");
        }
    }

    // A key of the config counts even if its value is null, which means "as lower-casing says".
    private static bool? Setting(JsonNode? config, string key, JsonNode? otherwise)
    {
        var setting = config is JsonObject settings && settings.TryGetPropertyValue(key, out var value) ? value : otherwise;
        return setting?.GetValue<bool>();
    }

    // Special tokens are written as a string or as an object with a "content".
    private static string? Content(JsonNode? token) =>
        (token is JsonObject ? token["content"] : token)?.GetValue<string>();
}
