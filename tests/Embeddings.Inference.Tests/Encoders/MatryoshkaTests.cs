using Embeddings.Inference.Encoders;

namespace Embeddings.Inference.Tests.Encoders;

/// <summary>Vectors that are cut to a length that the model was trained to give.</summary>
public sealed class MatryoshkaTests
{
    [Fact]
    public async Task A_vector_is_cut_and_scaled_again()
    {
        var vector = await CutAsync(layerNorm: false);
        Assert.Equal(1 / Math.Sqrt(5), vector[0], 1e-6);
        Assert.Equal(2 / Math.Sqrt(5), vector[1], 1e-6);
    }

    [Fact]
    public async Task A_model_that_wants_it_has_its_vector_normalised_as_a_layer_before_the_cut()
    {
        // (1, 2, 3, 6) has mean 3: (−2, −1, 0, 3) by its deviation, cut to (−2, −1).
        var vector = await CutAsync(layerNorm: true);
        Assert.Equal(-2 / Math.Sqrt(5), vector[0], 1e-6);
        Assert.Equal(-1 / Math.Sqrt(5), vector[1], 1e-6);
    }

    [Fact]
    public void Lengths_that_nobody_trained_are_not_given_where_the_trained_ones_are_known()
    {
        using var model = Model(layerNorm: false);
        Assert.Equal([false, true, false, true, false], new[] { 1, 2, 3, 4, 5 }.Select(model.Manifest.Gives));
        var any = model.Manifest with { Matryoshka = null };
        Assert.Equal([false, true, true, true, true, false], new[] { 0, 1, 2, 3, 4, 5 }.Select(any.Gives));
    }

    private static async Task<float[]> CutAsync(bool layerNorm)
    {
        using var model = Model(layerNorm);
        using var encoder = new SentenceEncoder(model.Manifest, model.Folder);
        var made = await encoder.GenerateAsync(
            ["word"], new EncodingOptions { Dimensions = 2 }, TestContext.Current.CancellationToken);
        return made[0].Vector.ToArray();
    }

    private static GraphModel Model(bool layerNorm)
    {
        var graph = new TestGraph().Input("input_ids", TestGraph.Int64, "b", "t")
            .Weights("table", [.. Enumerable.Repeat(new float[] { 1, 2, 3, 6 }, 5).SelectMany(row => row)], 5, 4)
            .Node("Gather", "last_hidden_state", "table", "input_ids").Output("last_hidden_state", TestGraph.Float, "b", "t", 4);
        return new GraphModel(
            graph.ToBytes(), ["word"],
            $$$"""{"dimensions": 4, "normalize": true, "matryoshka": {"dimensions": [4, 2], "layer_norm": {{{(layerNorm ? "true" : "false")}}}}}""");
    }
}
