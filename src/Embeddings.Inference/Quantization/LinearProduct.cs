using Embeddings.Inference.Quantization.Onnx;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// A node that multiplies activations with constant weights [rows, columns], and adds a constant perhaps: MatMul or
/// Gemm.
/// </summary>
/// <param name="Node">The node.</param>
/// <param name="Weights">The constant's name.</param>
/// <param name="Rows">Length of the sum: channels of the activations.</param>
/// <param name="Columns">Channels of the result.</param>
/// <param name="IsTransposed">Whether the constant is [columns, rows], as Gemm may have it.</param>
/// <param name="Bias">The constant that is added.</param>
internal sealed record LinearProduct(
    NodeProto Node, string Weights, int Rows, int Columns, bool IsTransposed, string? Bias)
{
    /// <summary>The activations' name.</summary>
    public string Activations => Node.Input[0];

    /// <summary>Every product of a graph that can be done in int8.</summary>
    public static IReadOnlyList<LinearProduct> In(OnnxGraph graph) =>
        [.. graph.Nodes.Select(node => From(graph, node)).OfType<LinearProduct>()];

    /// <summary>The weights as [rows, columns], row-major.</summary>
    public float[] Read(OnnxGraph graph)
    {
        var values = graph.Values(Weights);
        if (!IsTransposed)
        {
            return values;
        }

        var turned = new float[values.Length];
        for (var row = 0; row < Rows; row++)
        {
            for (var column = 0; column < Columns; column++)
            {
                turned[(row * Columns) + column] = values[(column * Rows) + row];
            }
        }

        return turned;
    }

    private static LinearProduct? From(OnnxGraph graph, NodeProto node)
    {
        if (node.OpType is not ("MatMul" or "Gemm") || graph.IsConstant(node.Input[0])
            || !graph.IsWeight(node.Input[1]) || graph.Shape(node.Input[1]) is not [var first, var second])
        {
            return null;
        }

        if (node.OpType == "MatMul")
        {
            return new LinearProduct(node, node.Input[1], (int)first, (int)second, IsTransposed: false, Bias: null);
        }

        // Exports of linear layers have no other factors, and do not turn the activations.
        var isPlain = Attribute(node, "transA")?.I is null or 0 && Attribute(node, "alpha")?.F is null or 1
            && Attribute(node, "beta")?.F is null or 1;
        var isTransposed = Attribute(node, "transB")?.I is not (null or 0);
        var (rows, columns) = isTransposed ? (second, first) : (first, second);
        var bias = node.Input.Count > 2 && node.Input[2].Length > 0 ? node.Input[2] : null;
        return isPlain && (bias is null || graph.IsWeight(bias))
            ? new LinearProduct(node, node.Input[1], (int)rows, (int)columns, isTransposed, bias)
            : null;
    }

    private static AttributeProto? Attribute(NodeProto node, string name) =>
        node.Attribute.FirstOrDefault(attribute => attribute.Name == name);
}
