namespace Embeddings.Inference.Quantization;

/// <summary>
/// Moves the range of activations into weights (SmoothQuant): a channel is divided by a factor and its row of weights multiplied by it, so that one loud
/// channel does not take all steps of a tensor. Factors are powers of two: in floating point they change nothing, and the last digits of maxima, which
/// differ from processor to processor, change no factor but at its edge.
/// </summary>
internal static class Smoothing
{
    /// <summary>Smooths every product's activations whose maxima are known.</summary>
    /// <param name="graph">Changed.</param>
    /// <param name="maxima">Tensor → largest absolute value of each channel.</param>
    public static void Apply(OnnxGraph graph, IReadOnlyDictionary<string, float[]> maxima)
    {
        var alpha = float.Parse(Environment.GetEnvironmentVariable("Q_ALPHA") ?? "0.5", System.Globalization.CultureInfo.InvariantCulture);
        var kinds = Environment.GetEnvironmentVariable("Q_KINDS") ?? "vld";
        foreach (var group in LinearProduct.In(graph).GroupBy(product => product.Activations, StringComparer.Ordinal).ToList())
        {
            var products = group.ToList();
            var source = products.Count == 1 ? Value(graph, group.Key) : null;
            var kind = source is not null ? 'v' : products[0].Rows > products[0].Columns ? 'd' : 'l';
            if (!kinds.Contains(kind) || !maxima.TryGetValue(group.Key, out var most))
            {
                continue;
            }

            var factors = Factors(most, [.. products.Select(product => RowMaxima(product, graph))], alpha);
            if (source is not null)
            {
                Divide(graph, source, factors);
            }
            else
            {
                InsertDivision(graph, products, group.Key, factors);
            }

            foreach (var product in products)
            {
                Multiply(graph, product, factors);
            }
        }
    }

    // activations^α / weights^(1 − α), scaled to a median of 1.
    private static float[] Factors(float[] activations, IReadOnlyList<float[]> weights, float alpha)
    {
        var logarithms = activations.Select((a, i) =>
        {
            var w = weights.Max(rows => rows[i]);
            return a > 0 && w > 0 ? (alpha * Math.Log2(a)) - ((1 - alpha) * Math.Log2(w)) : 0;
        }).ToArray();
        var median = logarithms.Order().ElementAt(logarithms.Length / 2);
        return [.. logarithms.Select(l => MathF.ScaleB(1, (int)Math.Round(l - median)))];
    }

    private static float[] RowMaxima(LinearProduct product, OnnxGraph graph)
    {
        var weights = product.Read(graph);
        return [.. Enumerable.Range(0, product.Rows).Select(row => weights.Skip(row * product.Columns).Take(product.Columns).Max(Math.Abs))];
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

    private static void InsertDivision(OnnxGraph graph, List<LinearProduct> products, string activations, float[] factors)
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

    // Attention's weights mix tokens and not channels, so the values' own product can be divided instead.
    private static (LinearProduct Product, string? Bias)? Value(OnnxGraph graph, string activations) =>
        graph.Maker(activations) is { OpType: "Reshape" } joined
        && graph.Maker(joined.Input[0]) is { OpType: "Transpose" } turned
        && graph.Maker(turned.Input[0]) is { OpType: "MatMul" } attention
        && graph.Maker(attention.Input[1]) is { OpType: "Transpose" } heads
        && graph.Maker(heads.Input[0]) is { OpType: "Reshape" } split
        && graph.Maker(split.Input[0]) is { OpType: "Add" } sum
        && sum.Input.FirstOrDefault(graph.IsWeight) is { } bias
        && LinearProduct.In(graph).FirstOrDefault(product => sum.Input.Contains(product.Node.Output[0])) is { } value
            ? (value, bias)
            : null;

    private static void Divide(OnnxGraph graph, (LinearProduct Product, string? Bias)? source, float[] factors)
    {
        var (product, bias) = source!.Value;
        var weights = graph.Values(product.Weights);
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] /= factors[product.IsTransposed ? i / product.Rows : i % product.Columns];
        }

        graph.Set(product.Weights, weights, [.. graph.Shape(product.Weights)]);
        graph.Set(bias!, [.. graph.Values(bias!).Select((value, i) => value / factors[i])], [.. graph.Shape(bias!)]);
    }
}
