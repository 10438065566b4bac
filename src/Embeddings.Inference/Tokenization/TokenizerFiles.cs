using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tokenization;

/// <summary>
/// What a model's own files say of its tokenizer. <c>tokenizer.json</c> is the base, <c>tokenizer_config.json</c>
/// overrides what it names (as transformers does), and with neither, <c>vocab.txt</c> alone means an uncased BERT.
/// </summary>
internal sealed record TokenizerFiles
{
    // No BERT vocabulary is nearly as large. The vocabulary becomes a list by id, so a huge id would take all memory.
    private const int LargestId = 10_000_000;

    public required IReadOnlyDictionary<string, int> Vocabulary { get; init; }

    public required IReadOnlyList<AddedToken> AddedTokens { get; init; }

    public required BertNormalizer Normalizer { get; init; }

    public string UnknownToken { get; init; } = "[UNK]";

    public string ClassToken { get; init; } = "[CLS]";

    public string SeparatorToken { get; init; } = "[SEP]";

    public string ContinuingPrefix { get; init; } = "##";

    /// <summary>A word of more code points than this is unknown as a whole.</summary>
    public int MaxWordLength { get; init; } = 100;

    /// <summary>Reads the files of one directory.</summary>
    /// <param name="directory">Where they lie.</param>
    /// <param name="listed">The files that the manifest lists. Others in the directory are not read.</param>
    /// <exception cref="ModelException">A file is missing, is no JSON, or names a tokenizer that is not BERT's
    /// WordPiece.</exception>
    public static TokenizerFiles Read(string directory, IReadOnlyCollection<string> listed)
    {
        var json = listed.Contains("tokenizer.json") ? ReadJson(Path.Combine(directory, "tokenizer.json")) : null;
        var config = listed.Contains("tokenizer_config.json")
            ? ReadJson(Path.Combine(directory, "tokenizer_config.json"))
            : null;
        try
        {
            return Combine(directory, json, config);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new ModelException(
                $"The tokenizer files in {directory} do not have the form of a BERT tokenizer: " +
                $"{exception.Message}", exception);
        }
    }

    private static TokenizerFiles Combine(string directory, JsonNode? json, JsonNode? config)
    {
        var model = json?["model"];
        Expect(directory, "model", model?["type"], "WordPiece");
        Expect(directory, "normalizer", json?["normalizer"]?["type"], "BertNormalizer");
        Expect(directory, "pre_tokenizer", json?["pre_tokenizer"]?["type"], "BertPreTokenizer");

        var normalizer = json?["normalizer"];
        var lowerCase = Setting(config, "do_lower_case", normalizer?["lowercase"]) ?? true;
        var files = new TokenizerFiles
        {
            Vocabulary = model?["vocab"] is JsonObject vocabulary
                ? vocabulary.ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<int>(), StringComparer.Ordinal)
                : ReadVocabulary(Path.Combine(directory, "vocab.txt")),
            Normalizer = new BertNormalizer(
                cleanText: normalizer?["clean_text"]?.GetValue<bool>() ?? true,
                isolateIdeographs: Setting(config, "tokenize_chinese_chars", normalizer?["handle_chinese_chars"]) ?? true,
                stripAccents: Setting(config, "strip_accents", normalizer?["strip_accents"]) ?? lowerCase,
                lowerCase),
            UnknownToken = Content(config?["unk_token"]) ?? model?["unk_token"]?.GetValue<string>() ?? "[UNK]",
            ClassToken = Content(config?["cls_token"]) ?? "[CLS]",
            SeparatorToken = Content(config?["sep_token"]) ?? "[SEP]",
            ContinuingPrefix = model?["continuing_subword_prefix"]?.GetValue<string>() ?? "##",
            MaxWordLength = model?["max_input_chars_per_word"]?.GetValue<int>() ?? 100,
            AddedTokens = [],
        };
        foreach (var required in new[] { files.UnknownToken, files.ClassToken, files.SeparatorToken })
        {
            if (!files.Vocabulary.ContainsKey(required))
            {
                throw new ModelException($"The vocabulary in {directory} has no '{required}'.");
            }
        }

        if (files.Vocabulary.FirstOrDefault(token => token.Value is < 0 or > LargestId) is { Key: not null } wrong)
        {
            throw new ModelException(
                $"The vocabulary in {directory} gives '{wrong.Key}' the id {wrong.Value}; ids are 0 to {LargestId}.");
        }

        return files with { AddedTokens = ReadAddedTokens(json, config, files) };
    }

    private static List<AddedToken> ReadAddedTokens(JsonNode? json, JsonNode? config, TokenizerFiles files)
    {
        if (json?["added_tokens"] is JsonArray listed)
        {
            // A token that the vocabulary has too keeps the vocabulary's id, as upstream.
            return [.. listed.Select(token => new AddedToken(
                token!["content"]!.GetValue<string>(),
                files.Vocabulary.TryGetValue(token["content"]!.GetValue<string>(), out var id)
                    ? id
                    : token["id"]!.GetValue<int>(),
                Flag(token, "single_word"),
                Flag(token, "lstrip"),
                Flag(token, "rstrip"),
                Flag(token, "normalized")))];
        }

        string[] special =
        [
            files.UnknownToken, files.ClassToken, files.SeparatorToken,
            Content(config?["pad_token"]) ?? "[PAD]", Content(config?["mask_token"]) ?? "[MASK]",
        ];
        return [.. special.Where(files.Vocabulary.ContainsKey).Select(token =>
            new AddedToken(token, files.Vocabulary[token]))];
    }

    // One token a line; its id is the number of the line, from 0. Of two equal lines the later counts, as in Hugging
    // Face's tokenizers.
    private static Dictionary<string, int> ReadVocabulary(string path)
    {
        if (!File.Exists(path))
        {
            throw new ModelException($"{path} is missing, and there is no tokenizer.json with a vocabulary beside it.");
        }

        var vocabulary = new Dictionary<string, int>(StringComparer.Ordinal);
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

    // A key of the config counts even if its value is null, which means "as lower-casing says".
    private static bool? Setting(JsonNode? config, string key, JsonNode? otherwise) =>
        (config is JsonObject settings && settings.TryGetPropertyValue(key, out var value) ? value : otherwise)?.GetValue<bool>();

    // Special tokens are written as a string or as an object with a "content".
    private static string? Content(JsonNode? token) =>
        (token is JsonObject ? token["content"] : token)?.GetValue<string>();

    private static bool Flag(JsonNode token, string key) => token[key]?.GetValue<bool>() ?? false;
}
