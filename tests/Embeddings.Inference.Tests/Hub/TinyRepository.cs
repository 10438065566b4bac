using System.Text;
using Embeddings.Inference.Tests.Models;

namespace Embeddings.Inference.Tests.Hub;

/// <summary>
/// A sentence-transformers repository on a <see cref="HubServer"/>, as its authors write one: six tokens and two
/// dimensions, mean pooling scaled to length 1. A test replaces, adds or removes files before it is asked for.
/// </summary>
public sealed class TinyRepository
{
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a"];

    /// <summary>Token vectors: [CLS] is (0, 5), 'a' is (3, 4), all others are zero.</summary>
    public static readonly float[] Table = [0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 3, 4];

    private readonly HubServer _hub;

    public TinyRepository(HubServer hub, string name = "owner/tiny-en")
    {
        (_hub, Name) = (hub, name);
        hub.Commits[name] = Commit;
        this["config.json"] = """{"architectures": ["BertModel"], "model_type": "bert", "hidden_size": 2, "max_position_embeddings": 512}""";
        this["modules.json"] = Modules("Transformer", "Pooling", "Normalize");
        this["1_Pooling/config.json"] = """{"word_embedding_dimension": 2, "pooling_mode_cls_token": false, "pooling_mode_mean_tokens": true, "pooling_mode_max_tokens": false}""";
        this["sentence_bert_config.json"] = """{"max_seq_length": 128, "do_lower_case": false}""";
        this["config_sentence_transformers.json"] = """{"__version__": {"sentence_transformers": "2.2.2"}}""";
        this["tokenizer_config.json"] = """{"do_lower_case": true, "model_max_length": 512, "tokenizer_class": "BertTokenizer"}""";
        this["vocab.txt"] = string.Join('\n', Vocabulary) + "\n";
        SetBytes("onnx/model.onnx", TinyModel.Onnx(Table, Vocabulary.Length, 2));
    }

    public string Name { get; }

    /// <summary>The text of a file; null removes it.</summary>
    public string? this[string path]
    {
        set => SetBytes(path, value is null ? null : Encoding.UTF8.GetBytes(value));
    }

    public static string Modules(params string[] types) =>
        $"[{string.Join(", ", types.Select((type, i) => $$"""{"idx": {{i}}, "name": "{{i}}", "path": "{{(i == 0 ? "" : $"{i}_{type}")}}", "type": "sentence_transformers.models.{{type}}"}"""))}]";

    public string PathOf(string file) => $"/{Name}/resolve/{Commit}/{file}";

    public void SetBytes(string path, byte[]? bytes)
    {
        if (bytes is null)
        {
            _hub.Files.TryRemove(PathOf(path), out _);
        }
        else
        {
            _hub.Files[PathOf(path)] = bytes;
        }
    }
}
