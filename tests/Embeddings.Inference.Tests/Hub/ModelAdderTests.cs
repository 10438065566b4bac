using System.Security.Cryptography;
using Embeddings.Inference.Encoders;
using Embeddings.Inference.Hub;
using Embeddings.Inference.Models;
using Embeddings.Inference.Tests.Models;
using Microsoft.Extensions.Logging.Abstractions;

namespace Embeddings.Inference.Tests.Hub;

/// <summary>Adding a model by its name on a hub, over real HTTP: what its own files say becomes its manifest, and what cannot be run is refused by name.</summary>
public sealed class ModelAdderTests : IAsyncLifetime
{
    private const string Query = "a a: ";

    private readonly string _models = Directory.CreateTempSubdirectory("embeddings-").FullName;
    private HubServer _hub = null!;
    private TinyRepository _repository = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private string Home => Path.Combine(_models, "tiny-en");

    public async ValueTask InitializeAsync()
    {
        _hub = await HubServer.StartAsync();
        _repository = new TinyRepository(_hub);
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        Directory.Delete(_models, recursive: true);
    }

    [Fact]
    public async Task A_repository_becomes_a_pinned_manifest_that_gives_the_vectors_of_its_own_pooling()
    {
        var manifest = await AddAsync();
        Assert.Equal(
            ("owner/tiny-en", "tiny-en", TinyRepository.Commit, "MIT", 2, 128, Pooling.Mean, true),
            (manifest.Id, manifest.Name, manifest.Revision, manifest.License, manifest.Dimensions, manifest.MaxTokens, manifest.Pooling, manifest.Normalize));
        Assert.Null(manifest.Prompts);
        // Six tokens of two numbers.
        Assert.Equal(new Architecture("bert", Parameters: 12), manifest.Architecture);
        Assert.All(manifest.Files, file => Assert.Equal(
            file.Sha256, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Home, file.Path))))));
        Assert.Equal(["onnx/model.onnx", "tokenizer_config.json", "vocab.txt"], manifest.Files.Select(file => file.Path));

        // [CLS] (0, 5), a (3, 4), [SEP] (0, 0): the mean is (1, 3), scaled.
        AssertVector([1 / MathF.Sqrt(10), 3 / MathF.Sqrt(10)], await EmbedAsync(manifest));
    }

    [Theory]
    [InlineData("""{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}""")]
    [InlineData("""{"pooling_mode": "cls"}""")]
    public async Task Cls_pooling_without_Normalize_gives_the_vector_of_the_first_token_as_it_is(string pooling)
    {
        _repository["1_Pooling/config.json"] = pooling;
        _repository["modules.json"] = TinyRepository.Modules("Transformer", "Pooling");
        AssertVector([0, 5], await EmbedAsync(await AddAsync()));
    }

    [Fact]
    public async Task Without_modules_json_it_is_the_mean_unscaled_as_sentence_transformers_does_and_the_manifest_says_so()
    {
        _repository["modules.json"] = null;
        _repository["1_Pooling/config.json"] = null;
        _repository["sentence_bert_config.json"] = null;
        var manifest = await AddAsync();
        AssertVector([1, 3], await EmbedAsync(manifest));
        Assert.Equal(512, manifest.MaxTokens);
        Assert.Contains("no modules.json", manifest.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prompts_and_similarity_come_along_in_their_order()
    {
        _repository["config_sentence_transformers.json"] =
            """{"prompts": {"query": "a a: ", "passage": ""}, "default_prompt_name": "query", "similarity_fn_name": "dot"}""";
        var manifest = await AddAsync();
        Assert.Equal([new("query", Query), new("passage", "")], manifest.Prompts!);
        Assert.Equal(("query", "dot"), (manifest.DefaultPrompt, manifest.Similarity));
    }

    [Theory]
    [InlineData("""{"prompts": {"query": "", "document": ""}, "similarity_fn_name": "cosine"}""")]
    [InlineData("""{"prompts": {}, "default_prompt_name": null, "similarity_fn_name": "manhattan"}""")]
    [InlineData(null)]
    public async Task A_repository_that_means_no_prompts_has_none(string? config)
    {
        _repository["config_sentence_transformers.json"] = config;
        var manifest = await AddAsync();
        Assert.Equal((null, null, null), (manifest.Prompts, manifest.DefaultPrompt, manifest.Similarity));
    }

    [Fact]
    public async Task Families_whose_prompts_no_file_names_have_those_of_their_description()
    {
        var bge = new TinyRepository(_hub, "BAAI/bge-small-en-v1.5");
        Assert.Equal("Represent this sentence for searching relevant passages: ", (await AddAsync(bge.Name)).Prompts!["query"]);
        var e5 = new TinyRepository(_hub, "intfloat/e5-small-v2");
        Assert.Equal([new("query", "query: "), new("passage", "passage: ")], (await AddAsync(e5.Name)).Prompts!);
    }

    [Fact]
    public async Task External_data_is_fetched_pinned_and_read()
    {
        _repository.SetBytes("onnx/model.onnx", TinyModel.Onnx(TinyRepository.Table, TinyRepository.Vocabulary.Length, 2, "model.onnx_data"));
        _repository.SetBytes("onnx/model.onnx_data", TinyModel.TableBytes(TinyRepository.Table));
        var manifest = await AddAsync();
        Assert.Contains(manifest.Files, file => file.Path == "onnx/model.onnx_data" && file.Size == 48);
        AssertVector([1 / MathF.Sqrt(10), 3 / MathF.Sqrt(10)], await EmbedAsync(manifest));
    }

    [Fact]
    public async Task Weights_whose_external_data_the_repository_lacks_are_refused_and_no_manifest_is_left()
    {
        _repository.SetBytes("onnx/model.onnx", TinyModel.Onnx(TinyRepository.Table, TinyRepository.Vocabulary.Length, 2, "model.onnx_data"));
        Assert.Contains("its fp32 export does not work", await RefusedAsync(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Home, "model.json")));
    }

    [Fact]
    public async Task Int8_weights_of_the_repository_are_added_beside_those_of_fp32()
    {
        _repository.SetBytes("onnx/model_quantized.onnx", TinyModel.Onnx(TinyRepository.Table, TinyRepository.Vocabulary.Length, 2));
        var added = await AddAsync();
        Assert.Equal([("fp32", "onnx/model.onnx"), ("int8", "onnx/model_quantized.onnx")], added.Variants.Select(variant => (variant.Key, variant.Value)));
        Assert.All(added.Variants.Values, path => Assert.True(File.Exists(Path.Combine(Home, path))));
    }

    [Theory]
    [InlineData("onnx/model.onnx_data/../../../escaped")]
    [InlineData("../model.onnx")]
    [InlineData("/model.onnx")]
    [InlineData("onnx\\model.onnx")]
    public async Task A_hub_that_lists_a_file_outside_of_the_folder_is_refused_and_nothing_is_written(string path)
    {
        _repository.SetBytes(path, [1]);
        Assert.Contains("would lie outside the model's folder", await RefusedAsync(), StringComparison.Ordinal);
        Assert.False(Directory.Exists(Home));
    }

    [Fact]
    public async Task Files_that_make_no_manifest_are_refused_and_no_start_fails_of_them()
    {
        _repository.SetBytes("sentence_bert_config.json", """{"max_seq_length": 2}"""u8.ToArray());
        Assert.Contains("\"max_tokens\" must be at least 3", await RefusedAsync(), StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(Home, "model.json")));
    }

    [Fact]
    public async Task An_export_in_another_repository_is_taken_from_there_when_it_is_named()
    {
        _repository.SetBytes("onnx/model.onnx", null);
        Assert.Contains("owner/tiny-en has no ONNX export", await RefusedAsync(), StringComparison.Ordinal);
        var copy = new TinyRepository(_hub, "Xenova/tiny-en");
        var manifest = await AddAsync(onnx: copy.Name);
        Assert.Equal((copy.Name, TinyRepository.Commit), (manifest.Files[0].Repository, manifest.Files[0].Revision));
        AssertVector([1 / MathF.Sqrt(10), 3 / MathF.Sqrt(10)], await EmbedAsync(manifest));
    }

    [Theory]
    [InlineData("config.json", """{"model_type": "whisper", "hidden_size": 2}""", "its body is 'whisper'")]
    [InlineData("config.json", """{"hidden_size": 2}""", "its body is 'unknown'")]
    [InlineData("config.json", """{"model_type": "bert"}""", "config.json does not say its hidden_size")]
    [InlineData("config.json", """{"model_type": "bert", "hidden_size": 2, "architectures": ["BertForTokenClassification"]}""", "it is no encoder but a BertForTokenClassification")]
    [InlineData("config.json", "[]", "do not have the form")]
    [InlineData("config.json", "<html>", "do not have the form")]
    [InlineData("config.json", null, "it has no config.json")]
    [InlineData("vocab.txt", null, "it has neither tokenizer.json nor vocab.txt")]
    [InlineData("tokenizer.json", """{"model": {"type": "Magic"}}""", "its tokenizer.json is of a kind that is not known: model is of the kind 'Magic'")]
    [InlineData("tokenizer.json", """{"model": {"type": "Unigram"}}""", "model.vocab")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class": "XLMRobertaTokenizer"}""", "its tokenizer is a XLMRobertaTokenizer")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_max_tokens": true}""", "its pooling is 'max_tokens'")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode": "mean_sqrt_len_tokens"}""", "its pooling is 'mean_sqrt_len_tokens'")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": true}""", "its pooling is 'cls_token' and 'mean_tokens'")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_mean_tokens": true, "include_prompt": false}""", "include_prompt")]
    [InlineData("1_Pooling/config.json", null, "it has no 1_Pooling/config.json")]
    public async Task What_cannot_be_run_is_refused_by_the_part_that_it_is(string path, string? content, string part)
    {
        _repository[path] = content;
        var sentence = await RefusedAsync();
        Assert.Contains("owner/tiny-en", sentence, StringComparison.Ordinal);
        Assert.Contains(part, sentence, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Home));
    }

    [Fact]
    public async Task A_Dense_module_that_the_export_lacks_is_taken_from_its_safetensors_file()
    {
        _repository["modules.json"] = TinyRepository.Modules("Transformer", "Pooling", "Dense", "Normalize");
        Assert.Contains("it has no 2_Dense/config.json", await RefusedAsync(), StringComparison.Ordinal);
        _repository["2_Dense/config.json"] =
            """{"in_features": 2, "out_features": 1, "bias": false, "activation_function": "torch.nn.modules.activation.GELU"}""";
        Assert.Contains("its layer 2_Dense has the activation torch.nn.modules.activation.GELU", await RefusedAsync(), StringComparison.Ordinal);
        _repository["2_Dense/config.json"] =
            """{"in_features": 2, "out_features": 1, "bias": false, "activation_function": "torch.nn.modules.linear.Identity"}""";
        Assert.Contains("its layer 2_Dense has no 2_Dense/model.safetensors", await RefusedAsync(), StringComparison.Ordinal);

        // The mean is (1, 3): 3 · 1 − 2 · 3 = −3, scaled to −1.
        var header = """{"linear.weight": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]}}"""u8;
        byte[] weights = [.. BitConverter.GetBytes((long)header.Length), .. header, .. BitConverter.GetBytes(3f), .. BitConverter.GetBytes(-2f)];
        _repository.SetBytes("2_Dense/model.safetensors", weights);
        var manifest = await AddAsync();
        Assert.Equal((1, "2_Dense/model.safetensors"), (manifest.Dimensions, manifest.Dense!.Single().Weights));
        AssertVector([-1], await EmbedAsync(manifest));
    }

    [Fact]
    public async Task A_module_that_is_not_known_is_refused_by_name()
    {
        _repository["modules.json"] = TinyRepository.Modules("Transformer", "Pooling", "WordWeights");
        Assert.Contains("it has a module 'WordWeights'", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_SPLADE_repository_gives_sparse_vectors_as_long_as_its_vocabulary()
    {
        _repository["modules.json"] = """
            [{"idx": 0, "path": "", "type": "sentence_transformers.sparse_encoder.models.MLMTransformer"},
            {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.sparse_encoder.models.SpladePooling"}]
            """;
        _repository["1_Pooling/config.json"] = """{"pooling_strategy": "sum", "activation_function": "relu"}""";
        _repository["config.json"] = """{"architectures": ["BertForMaskedLM"], "model_type": "bert", "hidden_size": 7, "vocab_size": 2}""";
        Assert.Contains("its SpladePooling takes the sum after relu", await RefusedAsync(), StringComparison.Ordinal);
        _repository["1_Pooling/config.json"] = """{"pooling_strategy": "max", "activation_function": "relu"}""";
        var graph = new TestGraph().Input("input_ids", TestGraph.Int64, "b", "t").Weights("table", TinyRepository.Table, 6, 2)
            .Node("Gather", "logits", "table", "input_ids").Output("logits", TestGraph.Float, "b", "t", 2);
        _repository.SetBytes("onnx/model.onnx", graph.ToBytes());
        var manifest = await AddAsync();
        Assert.Equal((Pooling.Splade, 2), (manifest.Pooling, manifest.Dimensions));
        // [CLS] (0, 5), a (3, 4), [SEP] (0, 0).
        AssertVector([MathF.Log(4), MathF.Log(6)], await EmbedAsync(manifest));
    }

    [Fact]
    public async Task A_classifier_has_the_labels_of_its_config()
    {
        var graph = new TestGraph().Input("input_ids", TestGraph.Int64, "b", "t").Integers("tokens", 1)
            .Node("Cast", "numbers", [("to", TestGraph.Float)], "input_ids").Node("ReduceSum", "sum", [("keepdims", 1)], "numbers", "tokens")
            .Node("Concat", "logits", [("axis", -1)], "sum", "sum").Output("logits", TestGraph.Float, "b", 2);
        _repository.SetBytes("onnx/model.onnx", graph.ToBytes());
        _repository["config.json"] =
            """{"model_type": "bert", "hidden_size": 2, "architectures": ["BertForSequenceClassification"], "id2label": {"1": "good", "0": "bad"}, "problem_type": "multi_label_classification"}""";
        var manifest = await AddAsync();
        Assert.Equal((ModelKind.CrossEncoder, 2, Activation.Sigmoid), (manifest.Kind, manifest.Dimensions, manifest.Activation));
        Assert.Equal(["bad", "good"], manifest.Labels!);
    }

    [Fact]
    public async Task Weights_with_another_hash_than_the_hub_lists_are_thrown_away()
    {
        _hub.WrongHashes[_repository.PathOf("onnx/model.onnx")] = new string('0', 64);
        Assert.Contains("but the hub's list says 0000", await RefusedAsync(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_models, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_cut_in_the_middle_is_resumed()
    {
        // The small files come first; the ninth request is for the weights.
        for (var i = 0; i < 7; i++)
        {
            _hub.Mishaps.Enqueue((_, _) => Task.FromResult(false));
        }

        _hub.Mishaps.Enqueue(HubServer.CutAsync);
        AssertVector([1 / MathF.Sqrt(10), 3 / MathF.Sqrt(10)], await EmbedAsync(await AddAsync()));
        Assert.Contains(_hub.Requests, request => request.Path.EndsWith("model.onnx", StringComparison.Ordinal) && request.Range.Length > 0);
    }

    [Fact]
    public async Task A_mirror_without_an_API_is_asked_file_by_file_and_pinned_by_its_header()
    {
        _hub.HasApi = false;
        var manifest = await AddAsync();
        Assert.Equal((TinyRepository.Commit, "unknown"), (manifest.Revision, manifest.License));
        AssertVector([1 / MathF.Sqrt(10), 3 / MathF.Sqrt(10)], await EmbedAsync(manifest));
        Directory.Delete(Home, recursive: true);
        _hub.WrongHashes[_repository.PathOf("onnx/model.onnx")] = new string('0', 64);
        Assert.Contains("but the hub's list says 0000", await RefusedAsync(), StringComparison.Ordinal);
        _hub.TellsCommits = false;
        Assert.Contains("does not tell which commit", await RefusedAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "set HF_TOKEN")]
    [InlineData(403, "set HF_TOKEN")]
    [InlineData(418, "answered 418")]
    [InlineData(503, "answered 503")]
    public async Task A_hub_that_refuses_is_quoted(int status, string part)
    {
        _hub.ApiStatus = status;
        Assert.Contains(part, await RefusedAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_that_is_not_there_and_a_hub_that_is_not_there_are_told_apart()
    {
        Assert.Contains("has no repository owner/nothing", await RefusedAsync("owner/nothing"), StringComparison.Ordinal);
        Assert.Contains("has no repository owner/tiny-en at revision v2", await RefusedAsync("owner/tiny-en@v2"), StringComparison.Ordinal);
        Assert.Contains("cannot be reached", await RefusedAsync(hub: new Uri("http://127.0.0.1:9")), StringComparison.Ordinal);
        Assert.Contains("HF_HUB_OFFLINE", await RefusedAsync(offline: true), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_another_model_has_is_refused_and_can_be_replaced()
    {
        await AddAsync();
        var other = new TinyRepository(_hub, "other/tiny-en");
        Assert.Contains("There is a model named 'tiny-en' already, 'owner/tiny-en'", await RefusedAsync(other.Name), StringComparison.Ordinal);
        Assert.Equal("other", (await AddAsync(other.Name, name: "other")).Name);
    }

    [Theory]
    [InlineData("bert-base-uncased")]
    [InlineData("a/b/c")]
    [InlineData("../b")]
    [InlineData("a/b@../c")]
    [InlineData("a/b@")]
    public void A_name_of_another_form_is_refused(string text) => Assert.Throws<ModelException>(() => ModelAddition.Parse(text));

    [Fact]
    public async Task A_folder_that_cannot_be_written_has_a_sentence()
    {
        await File.WriteAllTextAsync(Home, "in the way", Cancelled);
        Assert.Contains("cannot be written", await RefusedAsync(), StringComparison.Ordinal);
    }

    private Task<ModelManifest> AddAsync(
        string repository = "owner/tiny-en", string? name = null, string? onnx = null, Uri? hub = null, bool offline = false)
    {
        var options = new HubOptions
        {
            Endpoint = hub ?? _hub.Address,
            CacheDirectory = "nowhere",
            Offline = offline,
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        var downloader = new ModelDownloader(ModelDownloader.CreateHttpClient(options), options, TimeProvider.System, NullLogger<ModelDownloader>.Instance);
        var catalog = ModelCatalog.Read([_models, Repository.TestModels]);
        return new ModelAdder(downloader, options, TimeProvider.System).AddAsync(catalog, ModelAddition.Parse(repository, name, onnx), null, Cancelled);
    }

    private async Task<string> RefusedAsync(string repository = "owner/tiny-en", Uri? hub = null, bool offline = false) =>
        (await Assert.ThrowsAsync<ModelException>(() => AddAsync(repository, hub: hub, offline: offline))).Message;

    private async Task<float[]> EmbedAsync(ModelManifest manifest)
    {
        using var encoder = new SentenceEncoder(manifest, Path.Combine(_models, manifest.Name));
        return (await encoder.GenerateAsync(["a"], cancellationToken: Cancelled))[0].Vector.ToArray();
    }

    private static void AssertVector(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }
}
