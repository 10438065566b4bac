using Embeddings.Inference.Models;

namespace Embeddings.Inference.Tests.Models;

/// <summary>Where a model's files are looked for, and what manifests must say.</summary>
public sealed class ModelLocatorTests : IDisposable
{
    private static readonly string[] Vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];

    private readonly TinyModel _model = new(Vocabulary, new float[10]);
    private readonly string _folder = Directory.CreateTempSubdirectory("embeddings-").FullName;

    public void Dispose()
    {
        _model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(null, "fp32")]
    [InlineData("int8", "int8")]
    [InlineData("int4", "fp32")]
    public void Fp32_is_served_unless_another_precision_is_asked_for(string? asked, string served)
    {
        using var model = new TinyModel(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], new float[5]);
        var manifest = model.Manifest with { Variants = new OrderedDictionary<string, string> { ["int8"] = "eight.onnx", ["fp32"] = "model.onnx" } };
        Assert.Equal(served, manifest.At(asked).Precision);
        Assert.Equal("int4", (manifest with { Variants = new OrderedDictionary<string, string> { ["int4"] = "four.onnx" } }).At(asked).Precision);
    }

    [Fact]
    public void A_copied_folder_is_enough()
    {
        var copy = Copy(Path.Combine(_folder, "models", "tiny"));
        var catalog = ModelCatalog.Read([Path.Combine(_folder, "models")]);
        Assert.Equal(copy, new ModelLocator(catalog, [], "").Find(catalog.Find("tests/TINY")!, out _));
    }

    [Fact]
    public void The_search_path_comes_first_then_the_models_folder_then_the_hub_cache()
    {
        var catalog = ModelCatalog.Read([_model.Models]);
        var manifest = catalog.Find("tiny")! with { Repository = "owner/tiny", Revision = "abc" };
        var cached = Copy(Path.Combine(_folder, "hub", "models--owner--tiny", "snapshots", "abc"));
        var mounted = Copy(Path.Combine(_folder, "mounted", "tests", "tiny"));
        var locator = new ModelLocator(catalog, [Path.Combine(_folder, "mounted")], Path.Combine(_folder, "hub"));
        Assert.Equal(mounted, locator.Find(manifest, out _));
        Directory.Delete(mounted, recursive: true);
        Assert.Equal(_model.Folder, locator.Find(manifest, out _));
        File.Delete(Path.Combine(_model.Folder, "model.onnx"));
        Assert.Equal(cached, locator.Find(manifest, out _));
        Directory.Delete(cached, recursive: true);
        Assert.Null(locator.Find(manifest, out var problems));
        Assert.Contains("model.onnx is missing", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_two_folders_that_describe_a_model_the_first_counts_and_a_missing_one_describes_nothing()
    {
        Copy(Path.Combine(_folder, "added", "tiny"));
        var mine = ModelCatalog.Read([Path.Combine(_folder, "added"), Path.Combine(_folder, "nowhere"), _model.Models]);
        Assert.Equal(
            Path.Combine(_folder, "added", "tiny"),
            new ModelLocator(mine, [], "").Find(Assert.Single(mine.Manifests), out _));

        var shipped = ModelCatalog.Read([Path.Combine(_folder, "nowhere"), _model.Models]);
        Assert.Equal(_model.Folder, new ModelLocator(shipped, [], "").Find(Assert.Single(shipped.Manifests), out _));
        Assert.Equal(Path.Combine(_folder, "nowhere", "tiny"), shipped.HomeOf(shipped.Manifests[0]));
        Assert.Throws<ModelException>(() => ModelCatalog.Read([Path.Combine(_folder, "nowhere")]));
    }

    [Fact]
    public void The_hub_caches_links_are_followed()
    {
        var catalog = ModelCatalog.Read([_model.Models]);
        var manifest = catalog.Find("tiny")! with { Repository = "owner/tiny", Revision = "abc" };
        var blobs = Copy(Path.Combine(_folder, "hub", "models--owner--tiny", "blobs"));
        var snapshot =
            Directory.CreateDirectory(Path.Combine(_folder, "hub", "models--owner--tiny", "snapshots", "abc")).FullName;
        foreach (var blob in Directory.GetFiles(blobs))
        {
            File.CreateSymbolicLink(
                Path.Combine(snapshot, Path.GetFileName(blob)),
                Path.Combine("..", "..", "blobs", Path.GetFileName(blob)));
        }

        Directory.Delete(_model.Folder, recursive: true);
        Assert.Equal(snapshot, new ModelLocator(catalog, [], Path.Combine(_folder, "hub")).Find(manifest, out _));
    }

    [Fact]
    public void A_file_that_was_changed_does_not_count_and_the_sentence_names_both_hashes()
    {
        var path = Path.Combine(_model.Folder, "model.onnx");
        var bytes = File.ReadAllBytes(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        var catalog = ModelCatalog.Read([_model.Models]);
        Assert.Null(new ModelLocator(catalog, [], "").Find(catalog.Manifests[0], out var problems));
        Assert.Contains(
            catalog.Manifests[0].Files.Single(file => file.Path == "model.onnx").Sha256,
            Assert.Single(problems),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"dimensions\":2", "\"dimensions\":0", "dimensions")]
    [InlineData("\"max_tokens\":256", "\"max_tokens\":2", "max_tokens")]
    [InlineData("\"wordpiece\"", "\"unigram\"", "unigram")]
    [InlineData("\"pooling\":\"mean\"", "\"pooling\":\"max\"", "pooling")]
    [InlineData("\"fp32\":\"model.onnx\"", "\"fp32\":\"other.onnx\"", "other.onnx")]
    [InlineData("\"path\":\"vocab.txt\"", "\"path\":\"../vocab.txt\"", "..")]
    [InlineData("\"license\":\"MIT\",", "", "license")]
    [InlineData("\"path\":\"vocab.txt\"", "\"path\":\"vocab.txt\",\"resource\":\"a.vocab.txt\"", "needs the \"package\"")]
    [InlineData("\"path\":\"vocab.txt\"", "\"path\":\"vocab.txt\",\"depends_on_batch\":true", "vocab.txt\" has \"depends_on_batch\"")]
    [InlineData("{", "", "not a model manifest")]
    public void A_wrong_manifest_is_a_sentence(string from, string to, string part)
    {
        var path = Path.Combine(_model.Folder, "model.json");
        var text = File.ReadAllText(path);
        var at = text.IndexOf(from, StringComparison.Ordinal);
        File.WriteAllText(path, text[..at] + to + text[(at + from.Length)..]);
        var exception = Assert.Throws<ModelException>(() => ModelCatalog.Read([_model.Models]));
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains(part, exception.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(null, "https://huggingface.co/")]
    [InlineData("http://mirror:81/hub/", "http://mirror:81/hub/")]
    public void The_hubs_address_comes_from_the_environment(string? endpoint, string expected) =>
        Assert.Equal(expected, HubOptions.FromEnvironment(name => name == "HF_ENDPOINT" ? endpoint : null).Endpoint.ToString());

    [Theory]
    [InlineData("HF_HUB_CACHE", "/c", "/c")]
    [InlineData("HF_HOME", "/h", "/h/hub")]
    [InlineData("XDG_CACHE_HOME", "/x", "/x/huggingface/hub")]
    [InlineData("HOME", "/u", "/u/.cache/huggingface/hub")]
    public void The_cache_is_where_the_hubs_own_library_has_it(string name, string value, string expected) =>
        Assert.Equal(expected, HubOptions.FromEnvironment(asked => asked == name ? value : null).CacheDirectory);

    [Theory]
    [InlineData("1", true)]
    [InlineData("true", true)]
    [InlineData("0", false)]
    [InlineData("", false)]
    public void Offline_is_read_as_the_hubs_own_library_does(string value, bool offline) =>
        Assert.Equal(offline, HubOptions.FromEnvironment(name => name == "HF_HUB_OFFLINE" ? value : null).Offline);

    private string Copy(string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(_model.Folder))
        {
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        }

        return to;
    }
}
