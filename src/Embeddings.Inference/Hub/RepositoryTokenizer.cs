using System.Text.Json.Nodes;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Hub;

/// <summary>The tokenizer of a repository: its kind, which files it needs, and whether it can be read here.</summary>
internal static class RepositoryTokenizer
{
    private static readonly string[] SentencePieces =
        ["sentencepiece.bpe.model", "spiece.model", "tokenizer.model", "unigram.json"];

    // MPNet's is BERT's with <s> and </s> for [CLS] and [SEP].
    private static readonly string[] Classes = ["Bert", "MPNet", "PreTrainedTokenizer"];

    /// <summary>The files that it needs.</summary>
    public static IEnumerable<string> FilesOf(HubListing listing) =>
        new[]
        {
            RepositoryFiles.TokenizerConfig,
            listing.Files.ContainsKey(RepositoryFiles.TokenizerJson)
                ? RepositoryFiles.TokenizerJson
                : RepositoryFiles.Vocabulary,
        }.Where(listing.Files.ContainsKey);

    /// <summary>The kind that the manifest names.</summary>
    /// <exception cref="ModelException">It cannot be read here, or its files are wrong.</exception>
    public static string KindOf(RepositoryFiles files, HubListing listing, JsonNode? config)
    {
        if (files.Json(RepositoryFiles.TokenizerJson)?["model"] is { } model && !IsWordPiece(model))
        {
            try
            {
                TokenizerFiles.ReadAny(files.Directory);
                return "tokenizer.json";
            }
            catch (ModelException exception) when (exception.InnerException is { } inner)
            {
                throw files.Refused($"its tokenizer.json is of a kind that is not known: {inner.Message.TrimEnd('.')}");
            }
        }

        if (!listing.Files.ContainsKey(RepositoryFiles.TokenizerJson)
            && !listing.Files.ContainsKey(RepositoryFiles.Vocabulary))
        {
            var piece = SentencePieces.FirstOrDefault(listing.Files.ContainsKey);
            throw files.Refused(piece is null
                ? "it has neither tokenizer.json nor vocab.txt"
                : $"its tokenizer is SentencePiece ({piece}) without the tokenizer.json that transformers writes of it");
        }

        if (config?["tokenizer_class"]?.GetValue<string>() is { } name
            && !Classes.Any(known => name.StartsWith(known, StringComparison.Ordinal)))
        {
            throw files.Refused(
                $"its tokenizer is a {name} (tokenizer_config.json) with the vocabulary of a WordPiece, which is " +
                "known of BERT and MPNet alone");
        }

        TokenizerFiles.Read(files.Directory, [.. FilesOf(listing)]);
        return "wordpiece";
    }

    // Older files do not say which model they have. A WordPiece has neither merges nor scores.
    private static bool IsWordPiece(JsonNode model) => model["type"]?.GetValue<string>() is { } type
        ? type == "WordPiece"
        : model["merges"] is null && model["vocab"] is JsonObject;
}
