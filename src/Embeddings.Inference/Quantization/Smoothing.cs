namespace Embeddings.Inference.Quantization;

/// <summary>
/// Moves the range of activations into weights (SmoothQuant): a channel is divided by a factor and its row of weights
/// multiplied by it, so that one loud channel does not take all steps of a tensor. Factors are powers of two: they
/// change no digit of a float, and the last digits of maxima, which differ from processor to processor, change no
/// factor unless it lies at the edge between two powers.
/// </summary>
internal static class Smoothing
{
    // How much of the range moves. On all-MiniLM-L6-v2 0.65 was a little better than 0.5.
    private const double Share = 0.65;

    /// <summary>
    /// Smooths the activations that a layer normalisation makes. One multiplication is added for each: the same tensor
    /// goes on to the next sum unchanged, so the gain cannot hold the factors. Attention's results gained nothing, and
    /// the activations after GELU lost.
    /// </summary>
    /// <param name="graph">Changed.</param>
    /// <param name="maxima">Tensor → largest absolute value of each channel.</param>
    public static void Apply(OnnxGraph graph, IReadOnlyDictionary<string, float[]> maxima)
    {
        var all = LinearProduct.In(graph);
        foreach (var group in all.GroupBy(product => product.Activations, StringComparer.Ordinal).Where(group => IsNormalized(graph, group.Key)))
        {
            LinearProduct[] products = [.. group];
            if (products.Any(product => all.Count(other => other.Weights == product.Weights) > 1))
            {
                // Weights that another product shares cannot take this one's factors.
                continue;
            }

            var factors = Factors(maxima[group.Key], [.. products.Select(product => product.Read(graph))]);
            Divide(graph, products, group.Key, factors);
            foreach (var product in products)
            {
                Multiply(graph, product, factors);
            }
        }
    }

    // A normalisation is one node, or ends with a constant gain and a constant bias.
    private static bool IsNormalized(OnnxGraph graph, string tensor) => graph.Maker(tensor) is { } last
        && (last.OpType == "LayerNormalization"
            || (last.OpType == "Add" && last.Input.Any(graph.IsWeight)
                && last.Input.Select(graph.Maker).Any(gain => gain is { OpType: "Mul" } && gain.Input.Any(graph.IsWeight))));

    // activations^share / weights^(1 − share), relative to the median channel.
    private static float[] Factors(float[] activations, IReadOnlyList<float[]> weights)
    {
        var logarithms = new double[activations.Length];
        for (var row = 0; row < logarithms.Length; row++)
        {
            var most = weights.Max(matrix => Most(matrix.AsSpan(row * (matrix.Length / activations.Length), matrix.Length / activations.Length)));
            logarithms[row] = activations[row] > 0 && most > 0
                ? (Share * Math.Log2(activations[row])) - ((1 - Share) * Math.Log2(most))
                : 0;
        }

        var median = logarithms.Order().ElementAt(logarithms.Length / 2);
        return [.. logarithms.Select(logarithm => MathF.ScaleB(1, (int)Math.Round(logarithm - median)))];
    }

    private static float Most(ReadOnlySpan<float> weights)
    {
        var most = 0f;
        foreach (var weight in weights)
        {
            most = MathF.Max(most, MathF.Abs(weight));
        }

        return most;
    }

    private static void Divide(OnnxGraph graph, LinearProduct[] products, string activations, float[] factors)
    {
        var smooth = activations + "_smooth";
        graph.Set(activations + "_factors", [.. factors.Select(factor => 1 / factor)], factors.Length);
        var first = products[0].Node;
        graph.Replace(first, GraphQuantizer.Node("Mul", [activations, activations + "_factors"], [smooth]), first);
        foreach (var product in products)
        {
            product.Node.Input[0] = smooth;
        }
    }

    private static void Multiply(OnnxGraph graph, LinearProduct product, float[] factors)
    {
        var weights = graph.Values(product.Weights);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] *= factors[product.IsTransposed ? i % product.Rows : i / product.Columns];
        }

        graph.Set(product.Weights, weights, [.. graph.Shape(product.Weights)]);
    }
}
