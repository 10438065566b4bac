"""Small models with random weights in the shapes of the bodies that people serve: exported to ONNX in 32 bits, and the
vectors that torch gives for each text alone, in 64 bits. Reads {"texts": [[id, ...], ...], "pairs": [[ids, ids], ...],
"frame": {"cls": id, "sep": id, "pad": id}, "vocabulary": n}; writes a list of models, one line of JSON."""
import base64
import io
import json
import math
import os
import struct
import sys

# Libraries below torch write their complaints of the machine to standard output.
answer = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

import torch
from torch import nn
import torch.nn.functional as F

WIDTH, HEADS, INNER = 32, 4, 64
HEAD = WIDTH // HEADS


def rotate(x, positions):
    # x: [batch, heads, tokens, head]; halves are rotated against each other, as in GPT-NeoX.
    exponents = torch.arange(0, HEAD, 2, dtype=x.dtype) / HEAD
    angles = positions[:, None, :, None].to(x.dtype) * (10000.0 ** -exponents)
    cos, sin = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
    left, right = x[..., : HEAD // 2], x[..., HEAD // 2 :]
    return x * cos + torch.cat([-right, left], -1) * sin


class RmsNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size) * 0.1 + 1)

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)


class Attention(nn.Module):
    def __init__(self, bias=True, rope=False, kv_heads=HEADS, qk_norm=False):
        super().__init__()
        self.rope, self.kv_heads = rope, kv_heads
        self.q = nn.Linear(WIDTH, WIDTH, bias=bias)
        self.k = nn.Linear(WIDTH, kv_heads * HEAD, bias=bias)
        self.v = nn.Linear(WIDTH, kv_heads * HEAD, bias=bias)
        self.o = nn.Linear(WIDTH, WIDTH, bias=bias)
        self.norms = nn.ModuleList([RmsNorm(HEAD), RmsNorm(HEAD)]) if qk_norm else None

    def split(self, x, heads):
        return x.view(x.shape[0], x.shape[1], heads, HEAD).transpose(1, 2)

    def forward(self, x, mask, positions=None, past=None):
        q, k, v = self.split(self.q(x), HEADS), self.split(self.k(x), self.kv_heads), self.split(self.v(x), self.kv_heads)
        if self.norms is not None:
            q, k = self.norms[0](q), self.norms[1](k)
        if self.rope:
            q, k = rotate(q, positions), rotate(k, positions)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        if self.kv_heads != HEADS:
            k, v = k.repeat_interleave(HEADS // self.kv_heads, 1), v.repeat_interleave(HEADS // self.kv_heads, 1)
        weights = (q @ k.transpose(-1, -2) / math.sqrt(HEAD) + mask).softmax(-1)
        return self.o((weights @ v).transpose(1, 2).reshape(x.shape[0], x.shape[1], WIDTH))


class Mlp(nn.Module):
    def __init__(self, gate=None, bias=True):
        super().__init__()
        self.gate = gate
        self.up = nn.Linear(WIDTH, INNER * (2 if gate else 1), bias=bias)
        self.down = nn.Linear(INNER, WIDTH, bias=bias)

    def forward(self, x):
        up = self.up(x)
        if self.gate is None:
            return self.down(F.gelu(up))
        value, gate = up.chunk(2, -1)
        return self.down(value * self.gate(gate))


class Layer(nn.Module):
    """Normalises after each part, as BERT, or before it."""

    def __init__(self, attention, mlp, norm, before=False):
        super().__init__()
        self.attention, self.mlp, self.before = attention, mlp, before
        self.first, self.second = norm(), norm()

    def forward(self, x, mask, positions=None, past=None):
        if self.before:
            x = x + self.attention(self.first(x), mask, positions, past)
            return x + self.mlp(self.second(x))
        x = self.first(x + self.attention(x, mask, positions, past))
        return self.second(x + self.mlp(x))


def hide(mask, dtype):
    return (1.0 - mask[:, None, None, :].to(dtype)) * -1e9


def norm():
    layer = nn.LayerNorm(WIDTH, eps=1e-12)
    nn.init.normal_(layer.weight, 1, 0.1)
    nn.init.normal_(layer.bias, 0, 0.1)
    return layer


class Bert(nn.Module):
    inputs = ["input_ids", "attention_mask", "token_type_ids"]

    def __init__(self, size):
        super().__init__()
        self.words, self.places, self.types = nn.Embedding(size, WIDTH), nn.Embedding(64, WIDTH), nn.Embedding(2, WIDTH)
        self.norm = norm()
        self.layers = nn.ModuleList([Layer(Attention(), Mlp(), norm) for _ in range(2)])

    def forward(self, ids, mask, types):
        places = torch.arange(ids.shape[1], device=ids.device)[None]
        x = self.norm(self.words(ids) + self.places(places) + self.types(types))
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype))
        return x


class Xlmr(nn.Module):
    """Positions are counted from the ids that are no padding, from 2 on."""

    inputs = ["input_ids", "attention_mask"]

    def __init__(self, size, pad):
        super().__init__()
        self.pad = pad
        self.words, self.places = nn.Embedding(size, WIDTH), nn.Embedding(66, WIDTH)
        self.norm = norm()
        self.layers = nn.ModuleList([Layer(Attention(), Mlp(), norm) for _ in range(2)])

    def embed(self, ids):
        known = ids.ne(self.pad).long()
        places = known.cumsum(1) * known + self.pad
        return self.norm(self.words(ids) + self.places(places))

    def forward(self, ids, mask):
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype))
        return x


class Mpnet(Xlmr):
    """As XLM-R, and attention has a bias for each distance, which the layers share."""

    def __init__(self, size, pad):
        super().__init__(size, pad)
        self.distances = nn.Embedding(32, HEADS)

    def forward(self, ids, mask):
        places = torch.arange(ids.shape[1])
        distance = (places[None, :] - places[:, None]).clamp(-15, 15) + 16
        bias = self.distances(distance).permute(2, 0, 1)[None]
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype) + bias)
        return x


class Nomic(nn.Module):
    inputs = ["input_ids", "attention_mask", "token_type_ids"]

    def __init__(self, size):
        super().__init__()
        self.words, self.types = nn.Embedding(size, WIDTH), nn.Embedding(2, WIDTH)
        self.norm = norm()
        self.layers = nn.ModuleList(
            [Layer(Attention(bias=False, rope=True), Mlp(F.silu, bias=False), norm) for _ in range(2)])

    def forward(self, ids, mask, types):
        places = torch.arange(ids.shape[1])[None].expand(ids.shape)
        x = self.norm(self.words(ids) + self.types(types))
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype), places)
        return x


class ModernBert(nn.Module):
    """Every other layer sees a window of its neighbours only."""

    inputs = ["input_ids", "attention_mask"]

    def __init__(self, size):
        super().__init__()
        self.words, self.norm, self.last = nn.Embedding(size, WIDTH), norm(), norm()
        self.layers = nn.ModuleList(
            [Layer(Attention(bias=False, rope=True), Mlp(F.gelu, bias=False), norm, before=True) for _ in range(2)])

    def forward(self, ids, mask):
        places = torch.arange(ids.shape[1])
        far = ((places[None, :] - places[:, None]).abs() > 2)[None, None]
        whole = hide(mask, self.words.weight.dtype)
        x = self.norm(self.words(ids))
        for i, layer in enumerate(self.layers):
            x = layer(x, whole if i == 0 else whole + far.to(whole.dtype) * -1e9, places[None].expand(ids.shape))
        return self.last(x)


class Decoder(nn.Module):
    """As Qwen3: causal, fewer heads of keys and values, and the keys and values of earlier tokens as inputs."""

    kv_heads = 2
    inputs = ["input_ids", "attention_mask", "position_ids"] + [
        f"past_key_values.{layer}.{part}" for layer in range(2) for part in ("key", "value")]

    def __init__(self, size):
        super().__init__()
        self.words, self.last = nn.Embedding(size, WIDTH), RmsNorm(WIDTH)
        self.layers = nn.ModuleList([
            Layer(Attention(False, True, self.kv_heads, True), Mlp(F.silu, False), lambda: RmsNorm(WIDTH), before=True)
            for _ in range(2)])

    def forward(self, ids, mask, positions, *past):
        x = self.words(ids)
        places = torch.arange(ids.shape[1])
        future = (places[None, :] > places[:, None])[None, None].to(x.dtype) * -1e9
        for i, layer in enumerate(self.layers):
            x = layer(x, hide(mask, x.dtype) + future, positions, (past[2 * i], past[2 * i + 1]))
        return self.last(x)


class CrossEncoder(nn.Module):
    inputs = Bert.inputs

    def __init__(self, size):
        super().__init__()
        self.body, self.pool, self.score = Bert(size), nn.Linear(WIDTH, WIDTH), nn.Linear(WIDTH, 1)

    def forward(self, ids, mask, types):
        return self.score(torch.tanh(self.pool(self.body(ids, mask, types)[:, 0])))


def arguments(model, ids, types, dtype):
    given = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": types,
        "position_ids": torch.arange(ids.shape[1])[None].expand(ids.shape),
    }
    nothing = torch.zeros(ids.shape[0], Decoder.kv_heads, 0, HEAD, dtype=dtype)
    return tuple(given.get(name, nothing) for name in model.inputs)


def export(model, output):
    axes = {name: {0: "batch", 1: "tokens"} for name in model.inputs}
    for name in model.inputs:
        if name.startswith("past"):
            axes[name] = {0: "batch", 2: "past"}
    axes[output] = {0: "batch"} if output == "logits" else {0: "batch", 1: "tokens"}
    ids = torch.full((2, 3), 5)
    file = io.BytesIO()
    torch.onnx.export(
        model, arguments(model, ids, torch.zeros_like(ids), torch.float32), file, input_names=model.inputs,
        output_names=[output], dynamic_axes=axes, opset_version=17, dynamo=False)
    return base64.b64encode(file.getvalue()).decode()


def pool(hidden, pooling):
    if pooling == "cls":
        return hidden[0]
    if pooling == "last_token":
        return hidden[-1]
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
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(numbers)]}
        data += numbers
    text = json.dumps(header).encode()
    return base64.b64encode(struct.pack("<Q", len(text)) + text + data).decode()


def describe(name, model, request, pooling, dense=(), pad=0, side="right"):
    model.eval()
    frame = request["frame"]
    texts = [[frame["cls"], *text, frame["sep"]] for text in request["texts"]]
    files = [safetensors(layer) for layer in dense]
    onnx = export(model, "last_hidden_state")
    model.double()
    layers = [layer.double() for layer in dense]
    vectors = []
    for text in texts:
        ids = torch.tensor([text])
        vector = pool(model(*arguments(model, ids, torch.zeros_like(ids), torch.float64))[0], pooling)
        for i, layer in enumerate(layers):
            vector = torch.tanh(layer(vector)) if i == 0 else layer(vector)
        vectors.append(F.normalize(vector, dim=0).tolist())
    return {"name": name, "onnx": onnx, "pooling": pooling, "pad_id": pad, "padding_side": side, "dense": files, "vectors": vectors}


def describe_pairs(model, request):
    model.eval()
    frame = request["frame"]
    onnx = export(model, "logits")
    model.double()
    scores = []
    for first, second in request["pairs"]:
        ids = torch.tensor([[frame["cls"], *first, frame["sep"], *second, frame["sep"]]])
        types = torch.tensor([[0] * (len(first) + 2) + [1] * (len(second) + 1)])
        scores.append(model(*arguments(model, ids, types, torch.float64)).item())
    return {"name": "cross-encoder", "onnx": onnx, "pooling": "none", "pad_id": 0, "padding_side": "right", "dense": [],
            "vectors": [[score] for score in scores]}


def main():
    request = json.load(sys.stdin)
    torch.manual_seed(7)
    size, pad = request["vocabulary"], request["frame"]["pad"]
    with torch.no_grad():
        models = [
            describe("bert", Bert(size), request, "mean"),
            describe("xlm-r", Xlmr(size, pad), request, "cls", pad=pad),
            describe("mpnet", Mpnet(size, pad), request, "mean", pad=pad),
            describe("rope", Nomic(size), request, "mean"),
            describe("modernbert", ModernBert(size), request, "cls"),
            describe("decoder", Decoder(size), request, "last_token"),
            describe("decoder padded left", Decoder(size), request, "last_token", side="left"),
            describe("weighted mean", Bert(size), request, "weighted_mean"),
            describe("dense", Bert(size), request, "mean", dense=(nn.Linear(WIDTH, 48), nn.Linear(48, 24, bias=False))),
            describe_pairs(CrossEncoder(size), request),
        ]
    json.dump(models, answer)
    answer.flush()


main()
