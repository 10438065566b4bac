using System.Text.Json.Nodes;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tokenization;

namespace Embeddings.Inference.Hub;

/// <summary>The tokenizer of a repository: which files it needs, and whether it is one that is known here.</summary>
internal static class RepositoryTokenizer
{
    /// <summary>The kind that the manifest names.</summary>
    public const string Kind = "wordpiece";

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

    /// <summary>Refuses a tokenizer that is not known.</summary>
    /// <exception cref="ModelException">It is not BERT's WordPiece, or its files are wrong.</exception>
    public static void Check(RepositoryFiles files, HubListing listing, JsonNode? config)
    {
        var type = files.Json(RepositoryFiles.TokenizerJson)?["model"]?["type"]?.GetValue<string>();
        if (type is not (null or "WordPiece"))
        {
            throw files.Refused($"its tokenizer is '{type}' (tokenizer.json), and only BERT's WordPiece is known");
        }

        if (type is null && !listing.Files.ContainsKey(RepositoryFiles.Vocabulary))
        {
            var piece = SentencePieces.FirstOrDefault(listing.Files.ContainsKey);
            throw files.Refused(piece is null
                ? "it has neither tokenizer.json nor vocab.txt"
                : $"its tokenizer is SentencePiece ({piece}), and only BERT's WordPiece is known");
        }

        if (config?["tokenizer_class"]?.GetValue<string>() is { } name
            && !Classes.Any(known => name.StartsWith(known, StringComparison.Ordinal)))
        {
            throw files.Refused(
                $"its tokenizer is a {name} (tokenizer_config.json), and only BERT's WordPiece is known");
        }

        TokenizerFiles.Read(files.Directory, [.. FilesOf(listing)]);
    }
}
