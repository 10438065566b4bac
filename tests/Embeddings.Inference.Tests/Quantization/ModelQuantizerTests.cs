using Embeddings.Inference.Encoders;
using Embeddings.Inference.Models;
using Embeddings.Inference.Quantization;
using Embeddings.Inference.Quantization.Onnx;

namespace Embeddings.Inference.Tests.Quantization;

/// <summary>From an fp32 file to an int8 variant that is served.</summary>
public sealed class ModelQuantizerTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Int8_gives_nearly_the_vectors_that_the_weights_give_by_hand()
    {
        using var model = new LayerModel();
        var result = await QuantizeAsync(model);
        Assert.True(result.Mean > 0.999 && result.Worst > 0.998, $"{result}");
        var manifest = model.Manifest("int8");
        Assert.Equal("int8", manifest.Precision);
        Assert.NotNull(new ModelLocator(ModelCatalog.Read([model.Models], "int8"), [], "").Find(manifest, out _));
        using var encoder = new SentenceEncoder(manifest, model.Folder);
        int[] ids = [700, 41, 4999, 8, 8, 1234];
        var vector =
            (await encoder.GenerateAsync([(ReadOnlyMemory<int>)ids], cancellationToken: Cancelled))[0].Vector.ToArray();
        var expected = model.Expected([2, .. ids, 3]);
        Assert.InRange(vector.Zip(expected, (a, b) => a * b).Sum(), 0.999, 1.000001);
    }

    [Fact]
    public async Task The_same_file_gives_the_same_bytes()
    {
        using var model = new LayerModel();
        var first = await File.ReadAllBytesAsync((await QuantizeAsync(model)).Path, Cancelled);
        Assert.Equal(first, await File.ReadAllBytesAsync((await QuantizeAsync(model)).Path, Cancelled));
    }

    [Fact]
    public async Task Only_the_hidden_states_are_kept_and_every_product_and_the_vocabulary_are_int8()
    {
        using var model = new LayerModel();
        var result = await QuantizeAsync(model);
        var graph = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(result.Path, Cancelled)).Graph;
        Assert.Equal(["last_hidden_state"], graph.Output.Select(output => output.Name));
        Assert.DoesNotContain(graph.Node, node => node.OpType is "MatMul" or "Tanh");
        Assert.DoesNotContain(graph.Initializer, tensor => tensor.Name is "table" or "weights");
        Assert.InRange(result.Bytes, LayerModel.Rows * LayerModel.Dimensions, result.SourceBytes * 2 / 5);
    }

    [Fact]
    public async Task The_output_that_the_manifest_names_is_the_one_that_is_kept()
    {
        using var model = new LayerModel(output: "pooled");
        var result = await QuantizeAsync(model);
        var graph = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(result.Path, Cancelled)).Graph;
        Assert.Equal(["pooled"], graph.Output.Select(output => output.Name));
        Assert.InRange(result.Mean, 0.999, 1);
        using var other = new LayerModel(output: "none of them");
        var refused = await Assert.ThrowsAsync<ModelException>(() => QuantizeAsync(other));
        Assert.Contains("no output 'none of them'", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(LayerModel.Dimensions)]
    public async Task A_cross_encoder_is_compared_by_its_scores(int scores)
    {
        using var model = new LayerModel(scores: scores);
        var result = await QuantizeAsync(model);
        Assert.Equal("correlation of scores", result.Measure);
        Assert.InRange(result.Worst, 0.9, 1);
        using var narrow = new CrossEncoder(model.Manifest("int8"), model.Folder);
        using var wide = new CrossEncoder(model.Manifest(), model.Folder);
        Assert.Equal("int8", model.Manifest("int8").Precision);
        TextPair[] pairs = [new("one two three", "four five"), new("a", "word17 word4000"), new("six")];
        var expected = await wide.PredictAsync(pairs, isRaw: true, cancellationToken: Cancelled);
        var made = await narrow.PredictAsync(pairs, isRaw: true, cancellationToken: Cancelled);
        // Rounded, so not the same; but near, as a part of the largest score.
        var largest = expected.Scores.SelectMany(row => row).Max(MathF.Abs);
        Assert.NotEqual(expected.Scores[0], made.Scores[0]);
        Assert.All(
            expected.Scores.Zip(made.Scores, (a, b) => a.Zip(b, (x, y) => MathF.Abs(x - y)).Max()),
            difference => Assert.InRange(difference, 0, 0.05f * largest));
    }

    [Fact]
    public async Task Scores_that_int8_changes_too_much_are_refused()
    {
        // All weights of scores are 0, so that scores are equal and have no correlation.
        using var model = new LayerModel(
            proto => proto.Graph.Initializer.Single(tensor => tensor.Name == "score_weights").RawData =
                Google.Protobuf.ByteString.CopyFrom(new byte[4 * LayerModel.Dimensions]),
            scores: 1);
        var refused = await Assert.ThrowsAsync<ModelException>(() => QuantizeAsync(model));
        Assert.Contains("too much: the correlation of scores to fp32 is", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_loud_channel_takes_no_steps_from_the_others()
    {
        using var model = new LayerModel();
        var result = await QuantizeAsync(model);
        var graph = ModelProto.Parser.ParseFrom(await File.ReadAllBytesAsync(result.Path, Cancelled)).Graph;
        var factors = graph.Initializer.Single(tensor => tensor.Name == "normal_factors").RawData.Span;
        var values = System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(factors).ToArray();
        Assert.Equal(4 * LayerModel.Dimensions, factors.Length);
        Assert.InRange(values[3], 0, values.Where((_, i) => i != 3).Min() / 4);
        Assert.All(values, value => Assert.Equal(0, Math.Log2(value) % 1));
    }

    [Fact]
    public async Task A_model_that_needs_other_weights_than_it_was_made_from_is_passed_over_and_told_of()
    {
        using var model = new LayerModel();
        await QuantizeAsync(model);
        var path = Path.Combine(model.Folder, "quantized.json");
        var json = await File.ReadAllTextAsync(path, Cancelled);
        Assert.Contains("\"depends_on_batch\": true", json, StringComparison.Ordinal);
        Assert.True(ModelCatalog.Read([model.Models], "int8").Find(LayerModel.Name)!.DependsOnBatch);
        await File.WriteAllTextAsync(
            path,
            json.Replace(model.Manifest().Files[0].Sha256, new string('0', 64), StringComparison.Ordinal),
            Cancelled);
        var catalog = ModelCatalog.Read([model.Models], "int8");
        Assert.Equal("fp32", catalog.Find(LayerModel.Name)!.Precision);
        Assert.Contains("models quantize layer", Assert.Single(catalog.Problems), StringComparison.Ordinal);
        await File.WriteAllTextAsync(path, "{", Cancelled);
        Assert.Contains(
            "cannot be read", Assert.Single(ModelCatalog.Read([model.Models]).Problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("no product", "no product with constant weights")]
    [InlineData("external data", "external data")]
    [InlineData("old operators", "version 10")]
    [InlineData("not finite", "not finite")]
    [InlineData("overflow", "cannot be quantized")]
    [InlineData("no graph", "no graph")]
    public async Task What_cannot_be_quantized_is_refused_with_a_sentence_and_nothing_is_entered(
        string fault, string part)
    {
        using var model = new LayerModel(proto => Break(proto, fault));
        var exception = await Assert.ThrowsAsync<ModelException>(() => QuantizeAsync(model));
        Assert.Contains(part, exception.Message, StringComparison.Ordinal);
        Assert.Equal(
            ["model.json", "model.onnx", "vocab.txt"],
            Directory.GetFiles(model.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_no_onnx_is_refused()
    {
        using var model = new LayerModel();
        await File.WriteAllTextAsync(Path.Combine(model.Folder, "model.onnx"), "<html>not found</html>", Cancelled);
        Assert.Contains(
            "no ONNX file",
            (await Assert.ThrowsAsync<ModelException>(() => QuantizeAsync(model))).Message,
            StringComparison.Ordinal);
    }

    private static Task<QuantizedModel> QuantizeAsync(LayerModel model) =>
        new ModelQuantizer().QuantizeAsync(model.Manifest(), model.Folder, model.Folder, Cancelled);

    private static void Break(ModelProto model, string fault)
    {
        var weights = model.Graph.Initializer.Single(tensor => tensor.Name == "weights");
        switch (fault)
        {
            case "no product":
                model.Graph.Node.Single(node => node.OpType == "MatMul").OpType = "Mul";
                break;
            case "external data":
                weights.DataLocation = 1;
                break;
            case "old operators":
                model.OpsetImport[0].Version = 10;
                break;
            case "not finite":
                weights.RawData = Google.Protobuf.ByteString.CopyFrom(
                    [.. BitConverter.GetBytes(float.NaN), .. weights.RawData.Span[4..]]);
                break;
            case "overflow":
                var gain = model.Graph.Initializer.Single(tensor => tensor.Name == "gain");
                gain.RawData = Google.Protobuf.ByteString.CopyFrom(
                    [.. Enumerable.Repeat(BitConverter.GetBytes(3e38f), LayerModel.Dimensions).SelectMany(b => b)]);
                break;
            default:
                model.Graph = null;
                break;
        }
    }
}
