using System.Text.Json.Nodes;
using Embeddings.Inference.Models;

namespace Embeddings.Inference.Hub;

/// <summary>The small files of a repository that say what its model is.</summary>
/// <param name="repository"><c>owner/name</c>, for the sentences.</param>
/// <param name="directory">Where they are.</param>
internal sealed class RepositoryFiles(string repository, string directory)
{
    public const string Config = "config.json";
    public const string Modules = "modules.json";
    public const string SentenceConfig = "sentence_bert_config.json";
    public const string PromptConfig = "config_sentence_transformers.json";
    public const string TokenizerConfig = "tokenizer_config.json";
    public const string TokenizerJson = "tokenizer.json";
    public const string Vocabulary = "vocab.txt";
    public const string DefaultPooling = "1_Pooling/config.json";

    private static readonly string[] DenseFolders = ["2_Dense", "3_Dense", "4_Dense"];

    /// <summary>Every file that is read, where a repository has it.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        Config, Modules, DefaultPooling, SentenceConfig, PromptConfig, TokenizerConfig, TokenizerJson, Vocabulary,
        .. DenseFolders.Select(folder => $"{folder}/config.json"), .. DenseFolders.Select(WeightsOf),
    ];

    /// <summary>The repository, <c>owner/name</c>.</summary>
    public string Repository => repository;

    /// <summary>Where the files are.</summary>
    public string Directory => directory;

    /// <summary>The file with the weights of a Dense module.</summary>
    public static string WeightsOf(string folder) => $"{folder}/model.safetensors";

    /// <summary>Whether the repository has a file.</summary>
    public bool Has(string path) => File.Exists(Path.Combine(directory, path));

    /// <summary>The content of a JSON file; null if there is none.</summary>
    public JsonNode? Json(string path) =>
        Has(path) ? JsonNode.Parse(File.ReadAllBytes(Path.Combine(directory, path))) : null;

    /// <summary>That the model cannot be run here.</summary>
    /// <param name="why">The rest of the sentence, without its full stop.</param>
    public ModelException Refused(string why) => new($"{repository} cannot be run here: {why}.");
}
