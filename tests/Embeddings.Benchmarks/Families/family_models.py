"""One model with the layer sizes of a real one and random weights, as ONNX. Reads {"body": name, "sizes": {...}} from
standard input; writes one line of JSON, {"files": [{"path": text, "size": bytes}, ...]}, and then the bytes of these
files. Weights of more than 2 GB are in a file of their own, as on the hub. bodies.py goes before this."""
import io
import json
import sys

import numpy
import onnx

MOST_IN_ONE_FILE = 2_000_000_000
DATA = "model.onnx_data"
# How fast a model is does not depend on its weights, so all of them repeat the same numbers.
NUMBERS = numpy.random.default_rng(7).uniform(-0.05, 0.05, 1 << 20).astype(numpy.float32).tobytes()


def numbers(size):
    """Pieces of random numbers, of so many bytes together."""
    while size > 0:
        yield NUMBERS[: min(size, len(NUMBERS))]
        size -= len(NUMBERS)


def graph_without_weights(body, sizes):
    """The graph, whose weights are still inputs, and the shape of each weight."""
    for layer in (nn.Linear, nn.Embedding):
        layer.reset_parameters = lambda self: None
    model = BODIES[body](sizes).eval()
    for i, weight in enumerate(model.parameters()):
        # Equal weights would become one.
        weight.view(-1)[0] = i
    file = io.BytesIO()
    export(model, sizes, file, export_params=False, do_constant_folding=False)
    graph = onnx.load_from_string(file.getvalue())
    weights = {
        value.name: [axis.dim_value for axis in value.type.tensor_type.shape.dim]
        for value in graph.graph.input if value.name not in model.inputs}
    for value in list(graph.graph.input):
        if value.name in weights:
            graph.graph.input.remove(value)
    # torch transposes the weights of linear layers itself when it has them.
    for node in list(graph.graph.node):
        if node.op_type == "Transpose" and node.input[0] in weights:
            weights[node.output[0]] = weights.pop(node.input[0])[::-1]
            graph.graph.node.remove(node)
    return graph, weights


def main():
    request = json.load(sys.stdin)
    with torch.no_grad():
        graph, weights = graph_without_weights(request["body"], Sizes(**request["sizes"]))
    bytes_of = {name: 4 * math.prod(shape) for name, shape in weights.items()}
    is_split = sum(bytes_of.values()) > MOST_IN_ONE_FILE
    offset = 0
    for name, shape in weights.items():
        tensor = graph.graph.initializer.add(name=name, data_type=onnx.TensorProto.FLOAT, dims=shape)
        if is_split:
            tensor.data_location = onnx.TensorProto.EXTERNAL
            for key, value in (("location", DATA), ("offset", offset), ("length", bytes_of[name])):
                tensor.external_data.add(key=key, value=str(value))
            offset += bytes_of[name]
        else:
            tensor.raw_data = b"".join(numbers(bytes_of[name]))
    onnx_file = graph.SerializeToString()
    files = [{"path": "model.onnx", "size": len(onnx_file)}]
    files += [{"path": DATA, "size": offset}] if is_split else []
    answer.write(json.dumps({"files": files}).encode() + b"\n")
    answer.write(onnx_file)
    for piece in numbers(offset):
        answer.write(piece)
    answer.flush()


main()
