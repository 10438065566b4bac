using Embeddings.Inference.Quantization.Onnx;

namespace Embeddings.Inference.Quantization;

/// <summary>
/// Rewrites a graph to int8. A product becomes the four nodes that ONNX Runtime fuses into one: DynamicQuantizeLinear
/// (shared by the products of one tensor), MatMulInteger, Cast, Mul. The vocabulary becomes int8 rows and their
/// scales.
/// </summary>
internal static class GraphQuantizer
{
    private const int ToFloat = 1;
    private const int ToInt = 2;

    // Tables with fewer rows (positions and types) are a fiftieth of the file, and rounding them would cost as much
    // accuracy.
    private const int LeastTableRows = 4096;

    /// <summary>Rewrites every product.</summary>
    public static void QuantizeProducts(OnnxGraph graph)
    {
        foreach (var group in LinearProduct.In(graph).GroupBy(product => product.Activations, StringComparer.Ordinal))
        {
            var first = true;
            foreach (var product in group)
            {
                var weights = WeightCodes.ByColumn(product.Read(graph), product.Columns);
                // A constant that two products share has the same codes for both.
                graph.Set(product.Weights + "_int8", weights.Codes, product.Rows, product.Columns);
                graph.Set(product.Weights + "_scale", weights.Scales, product.Columns);
                graph.Replace(product.Node, Nodes(product, group.Key, first));
                first = false;
            }
        }
    }

    /// <summary>Rewrites the lookups in large tables.</summary>
    /// <returns>How many there were.</returns>
    public static int QuantizeTables(OnnxGraph graph)
    {
        var lookups = graph.Nodes.Where(node =>
            node.OpType == "Gather" && graph.IsWeight(node.Input[0]) && graph.Shape(node.Input[0]) is [>= LeastTableRows, _]
            && node.Attribute.All(attribute => attribute.Name != "axis" || attribute.I == 0)).ToList();
        foreach (var node in lookups)
        {
            var (table, ids, output) = (node.Input[0], node.Input[1], node.Output[0]);
            var columns = (int)graph.Shape(table)[1];
            var codes = WeightCodes.ByRow(graph.Values(table), columns);
            graph.Set(table + "_int8", codes.Codes, codes.Scales.Length, columns);
            graph.Set(table + "_scale", codes.Scales, codes.Scales.Length, 1);
            graph.Replace(
                node,
                Node("Gather", [table + "_int8", ids], [output + "_int8"]),
                Node("Cast", [output + "_int8"], [output + "_codes"], ToFloat),
                Node("Gather", [table + "_scale", ids], [output + "_scale"]),
                Node("Mul", [output + "_codes", output + "_scale"], [output]));
        }

        return lookups.Count;
    }

    private static IEnumerable<NodeProto> Nodes(LinearProduct product, string activations, bool isFirst)
    {
        var (codes, scale, zero) = (activations + "_uint8", activations + "_scale", activations + "_zero");
        if (isFirst)
        {
            yield return Node("DynamicQuantizeLinear", [activations], [codes, scale, zero]);
        }

        var output = product.Node.Output[0];
        var result = product.Bias is null ? output : output + "_product";
        yield return Node("MatMulInteger", [codes, product.Weights + "_int8", zero], [output + "_int32"]);
        yield return Node("Cast", [output + "_int32"], [output + "_sum"], ToFloat);
        yield return Node("Mul", [scale, product.Weights + "_scale"], [output + "_scales"]);
        yield return Node("Mul", [output + "_sum", output + "_scales"], [result]);
        if (product.Bias is { } bias)
        {
            yield return Node("Add", [result, bias], [output]);
        }
    }

    /// <summary>A node; its name is its first output's, which is unique.</summary>
    internal static NodeProto Node(string type, string[] inputs, string[] outputs, int? castTo = null)
    {
        var node = new NodeProto { OpType = type, Name = outputs[0] };
        node.Input.AddRange(inputs);
        node.Output.AddRange(outputs);
        if (castTo is { } to)
        {
            node.Attribute.Add(new AttributeProto { Name = "to", I = to, Type = ToInt });
        }

        return node;
    }
}
