using Embeddings.Inference.Encoders;
using Embeddings.Inference.Hub;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tests.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference.Tests.Hub;

/// <summary>
/// The families of models that people serve: a stand-in repository of each, in its layout, runs with the facts that its
/// own files say, or is refused in one sentence.
/// </summary>
public sealed class ModelFamiliesTests : IAsyncLifetime
{
    private static readonly Dictionary<string, string> TokenizerFiles = new()
    {
        ["Unigram"] = """{"added_tokens": [], "pre_tokenizer": {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always"}, "model": {"type": "Unigram", "unk_id": 1, "vocab": [["<s>", 0.0], ["<unk>", 0.0], ["</s>", 0.0], ["▁a", -1.0], ["a", -2.0], ["▁", -3.0]]}}""",
        ["BPE"] = """{"added_tokens": [], "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false}, "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4, "f": 5}, "merges": []}}""",
    };

    private readonly string _models = Directory.CreateTempSubdirectory("embeddings-").FullName;
    private HubServer _hub = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Repositories => [.. ModelFamilies.All.Select(family => family.Repository)];

    public async ValueTask InitializeAsync() => _hub = await HubServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public async Task With_a_WordPiece_in_place_of_its_tokenizer_it_runs_by_its_own_facts(string repository)
    {
        var family = ModelFamilies.All.Single(family => family.Repository == repository);
        Stand(family, "WordPiece");
        if (family.WhyNot is { } reason)
        {
            Assert.Contains(reason, (await Assert.ThrowsAsync<ModelException>(() => AddAsync(repository))).Message, StringComparison.Ordinal);
            return;
        }

        var manifest = await AddAsync(repository);
        Assert.Equal(family.Facts, FactsOf(manifest));
        await RunAsync(manifest);
    }

    [Theory]
    [MemberData(nameof(Repositories))]
    public async Task With_its_own_tokenizer_it_runs_or_one_sentence_says_why_not(string repository)
    {
        var family = ModelFamilies.All.Single(family => family.Repository == repository);
        Stand(family, family.Tokenizer);
        if (family.WhyNot is not { } reason)
        {
            await RunAsync(await AddAsync(repository));
            return;
        }

        var refused = (await Assert.ThrowsAsync<ModelException>(() => AddAsync(repository))).Message;
        Assert.Contains(reason, refused, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(_models, repository.Split('/')[1], "model.json")));
    }

    private void Stand(ModelFamily family, string tokenizer)
    {
        var hub = new TinyRepository(_hub, family.Repository)
        {
            ["config.json"] = family.Config,
            ["modules.json"] = family.Modules.Length == 0 ? null : TinyRepository.Modules(family.Modules),
            ["1_Pooling/config.json"] = family.Modules.Length == 0 ? null : $$"""{"pooling_mode_{{family.Pooling}}": true}""",
            ["sentence_bert_config.json"] = family.MaxSequence is { } most ? $$"""{"max_seq_length": {{most}}, "do_lower_case": false}""" : null,
            ["config_sentence_transformers.json"] = family.PromptConfig,
        };
        for (var i = 0; i < family.Modules.Length; i++)
        {
            if (family.Modules[i] == "Dense")
            {
                hub[$"{i}_Dense/config.json"] = """{"in_features": 768, "out_features": 768, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}""";
                hub[$"{i}_Dense/model.safetensors"] = "never read: the export has the layer";
            }
        }

        if (tokenizer == "MPNet")
        {
            hub["tokenizer_config.json"] = """{"tokenizer_class": "MPNetTokenizer", "cls_token": "<s>", "sep_token": "</s>", "model_max_length": 512}""";
            hub["vocab.txt"] = "<s>\n<pad>\n</s>\n[UNK]\n<mask>\na\n";
        }
        else if (tokenizer != "WordPiece")
        {
            hub["vocab.txt"] = null;
            hub["tokenizer.json"] = TokenizerFiles[tokenizer];
            hub["tokenizer_config.json"] = """{"model_max_length": 512}""";
        }

        hub.SetBytes("onnx/model.onnx", family.Output.Length == 0 ? null : Graph(family));
    }

    // Numbers that depend on the ids, in the form of the family's output.
    private static byte[] Graph(ModelFamily family)
    {
        var graph = new TestGraph().Integers("last", -1);
        foreach (var name in family.Inputs)
        {
            _ = name switch
            {
                "task_id" => graph.Input(name, TestGraph.Int64),
                _ when name.StartsWith("past", StringComparison.Ordinal) => graph.Input(name, TestGraph.Float, "b", 2, "p", 4),
                _ => graph.Input(name, TestGraph.Int64, "b", "t"),
            };
        }

        graph.Node("Cast", "numbers", [("to", TestGraph.Float)], "input_ids").Node("Unsqueeze", "numbers3", "numbers", "last");
        if (family.Output == "last_hidden_state")
        {
            return graph.Node("Concat", family.Output, [("axis", -1)], [.. Enumerable.Repeat("numbers3", family.Width)])
                .Output(family.Output, TestGraph.Float, "b", "t", family.Width).ToBytes();
        }

        var width = family.Output == "logits" ? 1 : family.Width;
        return graph.Integers("tokens", 1).Node("ReduceSum", "sum", [("keepdims", 0)], "numbers3", "tokens")
            .Node("Concat", family.Output, [("axis", -1)], [.. Enumerable.Repeat("sum", width)]).Output(family.Output, TestGraph.Float, "b", width).ToBytes();
    }

    private static string FactsOf(ModelManifest manifest)
    {
        var facts = new List<string>
        {
            manifest.Kind == ModelKind.CrossEncoder ? manifest.Labels is null ? "reranker" : "classifier"
                : manifest.Normalize ? $"{manifest.Pooling} normalized" : $"{manifest.Pooling}",
            $"{manifest.MaxTokens} tokens",
        };
        facts.AddRange(manifest.PadId == 0 ? [] : [$"pad {manifest.PadId}"]);
        facts.AddRange((manifest.Prompts ?? []).Select(prompt => $"{prompt.Key}: '{prompt.Value}'"));
        facts.AddRange(manifest.Matryoshka is { } lengths
            ? [$"cut to {string.Join(' ', lengths.Dimensions)}{(lengths.LayerNorm ? " after a layer norm" : "")}"]
            : []);
        facts.AddRange(manifest.Tasks is { } tasks ? [$"tasks {string.Join(' ', tasks.Keys)}, by default {manifest.DefaultPrompt}"] : []);
        return string.Join(", ", facts);
    }

    private async Task RunAsync(ModelManifest manifest)
    {
        var folder = Path.Combine(_models, manifest.Name);
        if (manifest.Kind == ModelKind.CrossEncoder)
        {
            using var reranker = new CrossEncoder(manifest, folder);
            Assert.InRange((await reranker.ScoreAsync("a", ["a a", "a"], cancellationToken: Cancelled)).Scores[0], 0, 1);
            return;
        }

        using var encoder = new SentenceEncoder(manifest, folder);
        Assert.Equal(manifest.Dimensions, (await encoder.GenerateAsync(["a", "a a"], cancellationToken: Cancelled))[1].Vector.Length);
    }

    private Task<ModelManifest> AddAsync(string repository)
    {
        var options = new HubOptions { Endpoint = _hub.Address, CacheDirectory = "nowhere", RetryDelay = TimeSpan.FromMilliseconds(1) };
        var downloader = new ModelDownloader(ModelDownloader.CreateHttpClient(options), options, TimeProvider.System, NullLogger<ModelDownloader>.Instance);
        var catalog = ModelCatalog.Read([_models, Repository.TestModels]);
        return new ModelAdder(downloader, options, TimeProvider.System).AddAsync(catalog, ModelAddition.Parse(repository), null, Cancelled);
    }
}
