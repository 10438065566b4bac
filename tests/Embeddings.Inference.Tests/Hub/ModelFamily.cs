namespace Embeddings.Inference.Tests.Hub;

/// <summary>A family of models that people serve: what its repository has, and what follows from that.</summary>
/// <param name="Repository">Its name on the hub.</param>
/// <param name="Config">config.json; its numbers are those of the stand-in.</param>
public sealed record ModelFamily(string Repository, string Config)
{
    /// <summary>Kind of tokenizer: WordPiece, Unigram or BPE.</summary>
    public string Tokenizer { get; init; } = "WordPiece";

    /// <summary>Modules of modules.json; none for a repository without one.</summary>
    public string[] Modules { get; init; } = ["Transformer", "Pooling", "Normalize"];

    /// <summary>The mode in 1_Pooling/config.json.</summary>
    public string Pooling { get; init; } = "mean_tokens";

    /// <summary>Inputs of its export.</summary>
    public string[] Inputs { get; init; } = ["input_ids", "attention_mask", "token_type_ids"];

    /// <summary>Output of its export.</summary>
    public string Output { get; init; } = "last_hidden_state";

    /// <summary>Length of its vectors, where its shorter ones make that matter.</summary>
    public int Width { get; init; } = 2;

    /// <summary>config_sentence_transformers.json, if it has prompts there.</summary>
    public string? PromptConfig { get; init; }

    /// <summary>max_seq_length of sentence_bert_config.json.</summary>
    public int? MaxSequence { get; init; }

    /// <summary>Facts of the manifest, as <see cref="ModelFamiliesTests"/> writes them.</summary>
    public required string Facts { get; init; }

    /// <summary>Why it does not run whatever its tokenizer is, as a part of the sentence; null if it runs.</summary>
    public string? WhyNot { get; init; }
}
