"""Small models with random weights in the shapes of the bodies that people serve: exported to ONNX in 32 bits, and the
vectors that torch gives for each text alone, in 64 bits. Reads {"texts": [[id, ...], ...], "pairs": [[ids, ids], ...],
"frame": {"cls": id, "sep": id, "pad": id}, "vocabulary": n}; writes a list of models, one line of JSON.
bodies.py goes before this."""
import base64
import io
import json
import struct
import sys


def exported(model, sizes):
    file = io.BytesIO()
    export(model, sizes, file)
    return base64.b64encode(file.getvalue()).decode()


def pool(hidden, pooling):
    if pooling == "cls":
        return hidden[0]
    if pooling == "last_token":
        return hidden[-1]
    if pooling == "splade":
        return hidden.relu().log1p().amax(0)
    if pooling == "weighted_mean":
        weights = torch.arange(1, len(hidden) + 1, dtype=hidden.dtype)
        return (hidden * weights[:, None]).sum(0) / weights.sum()
    return hidden.mean(0)


def safetensors(layer):
    """A file with the weights of a linear layer, written by hand: length, header, numbers."""
    parts = {"linear.weight": layer.weight}
    if layer.bias is not None:
        parts["linear.bias"] = layer.bias
    header, data = {}, b""
    for name, tensor in parts.items():
        numbers = tensor.detach().to(torch.float32).numpy().tobytes()
        offsets = [len(data), len(data) + len(numbers)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": offsets}
        data += numbers
    text = json.dumps(header).encode()
    return base64.b64encode(struct.pack("<Q", len(text)) + text + data).decode()


def describe(name, body, request, pooling, dense=(), side="right", **numbers):
    frame = request["frame"]
    sizes = Sizes(request["vocabulary"], **numbers)
    model = BODIES[body](sizes).eval()
    texts = [[frame["cls"], *text, frame["sep"]] for text in request["texts"]]
    files = [safetensors(layer) for layer in dense]
    onnx = exported(model, sizes)
    model.double()
    layers = [layer.double() for layer in dense]
    vectors = []
    for text in texts:
        ids = torch.tensor([text])
        vector = pool(model(*arguments(model, sizes, ids, torch.zeros_like(ids), torch.float64))[0], pooling)
        for i, layer in enumerate(layers):
            vector = torch.tanh(layer(vector)) if i == 0 else layer(vector)
        vectors.append(F.normalize(vector, dim=0).tolist())
    return {"name": name, "onnx": onnx, "pooling": pooling, "pad_id": sizes.pad, "padding_side": side, "dense": files,
            "vectors": vectors}


def describe_pairs(request):
    frame = request["frame"]
    sizes = Sizes(request["vocabulary"])
    model = CrossEncoder(sizes).eval()
    onnx = exported(model, sizes)
    model.double()
    scores = []
    for first, second in request["pairs"]:
        ids = torch.tensor([[frame["cls"], *first, frame["sep"], *second, frame["sep"]]])
        types = torch.tensor([[0] * (len(first) + 2) + [1] * (len(second) + 1)])
        scores.append(model(*arguments(model, sizes, ids, types, torch.float64)).item())
    return {"name": "cross-encoder", "onnx": onnx, "pooling": "none", "pad_id": 0, "padding_side": "right", "dense": [],
            "vectors": [[score] for score in scores]}


def main():
    request = json.load(sys.stdin)
    torch.manual_seed(7)
    pad = request["frame"]["pad"]
    with torch.no_grad():
        models = [
            describe("bert", "bert", request, "mean"),
            describe("xlm-r", "xlm-r", request, "cls", pad=pad),
            describe("mpnet", "mpnet", request, "mean", pad=pad),
            describe("rope", "rope", request, "mean"),
            describe("modernbert", "modernbert", request, "cls"),
            describe("gemma", "gemma", request, "mean", kv_heads=1, head=16),
            describe("decoder", "decoder", request, "last_token", kv_heads=2),
            describe("decoder padded left", "decoder", request, "last_token", kv_heads=2, side="left"),
            describe("weighted mean", "bert", request, "weighted_mean"),
            describe("dense", "bert", request, "mean", dense=(nn.Linear(32, 48), nn.Linear(48, 24, bias=False))),
            describe("splade", "splade", request, "splade"),
            describe_pairs(request),
        ]
    answer.write(json.dumps(models).encode())
    answer.flush()


main()
