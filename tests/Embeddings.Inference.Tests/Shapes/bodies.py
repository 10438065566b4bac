"""The bodies that people serve, as torch modules of any size. Goes before a script that makes models of them and writes
its results to `answer`."""
import math
import os
from dataclasses import dataclass

# Libraries below torch write their complaints of the machine to standard output.
answer = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)

import torch
from torch import nn
import torch.nn.functional as F


@dataclass
class Sizes:
    """Numbers of a body. Attention has kv_heads for keys and values, and a window on each side of a token."""

    vocabulary: int
    width: int = 32
    heads: int = 4
    inner: int = 64
    layers: int = 2
    positions: int = 64
    pad: int = 0
    head: int = 0
    kv_heads: int = 0
    window: int = 2

    def __post_init__(self):
        self.head = self.head or self.width // self.heads
        self.kv_heads = self.kv_heads or self.heads


def rotate(x, positions):
    # x: [batch, heads, tokens, head]; halves are rotated against each other, as in GPT-NeoX.
    head = x.shape[-1]
    exponents = torch.arange(0, head, 2, dtype=x.dtype) / head
    angles = positions[:, None, :, None].to(x.dtype) * (10000.0 ** -exponents)
    cos, sin = torch.cat([angles.cos()] * 2, -1), torch.cat([angles.sin()] * 2, -1)
    left, right = x[..., : head // 2], x[..., head // 2 :]
    return x * cos + torch.cat([-right, left], -1) * sin


class RmsNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(size) * 0.1 + 1)

    def forward(self, x):
        return self.weight * x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6)


class Attention(nn.Module):
    def __init__(self, sizes, bias=True, rope=False, qk_norm=False):
        super().__init__()
        self.rope, self.heads, self.kv_heads, self.head = rope, sizes.heads, sizes.kv_heads, sizes.head
        self.q = nn.Linear(sizes.width, sizes.heads * sizes.head, bias=bias)
        self.k = nn.Linear(sizes.width, sizes.kv_heads * sizes.head, bias=bias)
        self.v = nn.Linear(sizes.width, sizes.kv_heads * sizes.head, bias=bias)
        self.o = nn.Linear(sizes.heads * sizes.head, sizes.width, bias=bias)
        self.norms = nn.ModuleList([RmsNorm(sizes.head), RmsNorm(sizes.head)]) if qk_norm else None

    def split(self, x, heads):
        return x.view(x.shape[0], x.shape[1], heads, self.head).transpose(1, 2)

    def forward(self, x, mask, positions=None, past=None):
        q = self.split(self.q(x), self.heads)
        k, v = self.split(self.k(x), self.kv_heads), self.split(self.v(x), self.kv_heads)
        if self.norms is not None:
            q, k = self.norms[0](q), self.norms[1](k)
        if self.rope:
            q, k = rotate(q, positions), rotate(k, positions)
        if past is not None:
            k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        if self.kv_heads != self.heads:
            times = self.heads // self.kv_heads
            k, v = k.repeat_interleave(times, 1), v.repeat_interleave(times, 1)
        weights = (q @ k.transpose(-1, -2) / math.sqrt(self.head) + mask).softmax(-1)
        joined = (weights @ v).transpose(1, 2).reshape(x.shape[0], x.shape[1], self.heads * self.head)
        return self.o(joined)


class Mlp(nn.Module):
    def __init__(self, sizes, gate=None, bias=True):
        super().__init__()
        self.gate = gate
        self.up = nn.Linear(sizes.width, sizes.inner * (2 if gate else 1), bias=bias)
        self.down = nn.Linear(sizes.inner, sizes.width, bias=bias)

    def forward(self, x):
        up = self.up(x)
        if self.gate is None:
            return self.down(F.gelu(up))
        value, gate = up.chunk(2, -1)
        return self.down(value * self.gate(gate))


class Layer(nn.Module):
    """Normalises after each part, as BERT, or before it, or both."""

    def __init__(self, attention, mlp, norm, before=False, both=False):
        super().__init__()
        self.attention, self.mlp, self.before = attention, mlp, before or both
        self.first, self.second = norm(), norm()
        self.after = nn.ModuleList([norm(), norm()]) if both else [nn.Identity(), nn.Identity()]

    def forward(self, x, mask, positions=None, past=None):
        if self.before:
            x = x + self.after[0](self.attention(self.first(x), mask, positions, past))
            return x + self.after[1](self.mlp(self.second(x)))
        x = self.first(x + self.attention(x, mask, positions, past))
        return self.second(x + self.mlp(x))


def hide(mask, dtype):
    return (1.0 - mask[:, None, None, :].to(dtype)) * -1e9


def norm(sizes):
    layer = nn.LayerNorm(sizes.width, eps=1e-12)
    nn.init.normal_(layer.weight, 1, 0.1)
    nn.init.normal_(layer.bias, 0, 0.1)
    return layer


def plain_layers(sizes):
    return nn.ModuleList([Layer(Attention(sizes), Mlp(sizes), lambda: norm(sizes)) for _ in range(sizes.layers)])


class Bert(nn.Module):
    inputs = ["input_ids", "attention_mask", "token_type_ids"]

    def __init__(self, sizes):
        super().__init__()
        self.words, self.types = nn.Embedding(sizes.vocabulary, sizes.width), nn.Embedding(2, sizes.width)
        self.places = nn.Embedding(sizes.positions, sizes.width)
        self.norm = norm(sizes)
        self.layers = plain_layers(sizes)

    def forward(self, ids, mask, types):
        places = torch.arange(ids.shape[1], device=ids.device)[None]
        x = self.norm(self.words(ids) + self.places(places) + self.types(types))
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype))
        return x


class Xlmr(nn.Module):
    """Positions are counted from the ids that are no padding, from 2 on."""

    inputs = ["input_ids", "attention_mask"]

    def __init__(self, sizes):
        super().__init__()
        self.pad = sizes.pad
        self.words = nn.Embedding(sizes.vocabulary, sizes.width)
        self.places = nn.Embedding(sizes.positions + 2, sizes.width)
        self.norm = norm(sizes)
        self.layers = plain_layers(sizes)

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

    def __init__(self, sizes):
        super().__init__(sizes)
        self.distances = nn.Embedding(32, sizes.heads)

    def forward(self, ids, mask):
        places = torch.arange(ids.shape[1])
        distance = (places[None, :] - places[:, None]).clamp(-15, 15) + 16
        bias = self.distances(distance).permute(2, 0, 1)[None]
        x = self.embed(ids)
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype) + bias)
        return x


class Nomic(nn.Module):
    inputs = Bert.inputs

    def __init__(self, sizes):
        super().__init__()
        self.words, self.types = nn.Embedding(sizes.vocabulary, sizes.width), nn.Embedding(2, sizes.width)
        self.norm = norm(sizes)
        self.layers = nn.ModuleList([
            Layer(Attention(sizes, bias=False, rope=True), Mlp(sizes, F.silu, bias=False), lambda: norm(sizes))
            for _ in range(sizes.layers)])

    def forward(self, ids, mask, types):
        places = torch.arange(ids.shape[1])[None].expand(ids.shape)
        x = self.norm(self.words(ids) + self.types(types))
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype), places)
        return x


class ModernBert(nn.Module):
    """Two of three layers see a window of their neighbours only."""

    inputs = Xlmr.inputs

    def __init__(self, sizes):
        super().__init__()
        self.window = sizes.window
        self.words = nn.Embedding(sizes.vocabulary, sizes.width)
        self.norm, self.last = norm(sizes), norm(sizes)
        self.layers = nn.ModuleList([
            Layer(
                Attention(sizes, bias=False, rope=True), Mlp(sizes, F.gelu, bias=False), lambda: norm(sizes),
                before=True)
            for _ in range(sizes.layers)])

    def forward(self, ids, mask):
        places = torch.arange(ids.shape[1])
        far = ((places[None, :] - places[:, None]).abs() > self.window)[None, None]
        whole = hide(mask, self.words.weight.dtype)
        x = self.norm(self.words(ids))
        for i, layer in enumerate(self.layers):
            seen = whole if i % 3 == 0 else whole + far.to(whole.dtype) * -1e9
            x = layer(x, seen, places[None].expand(ids.shape))
        return self.last(x)


class Gemma(nn.Module):
    """As Gemma 3 when it sees both sides: norms around each part, and words that are scaled."""

    inputs = Xlmr.inputs

    def __init__(self, sizes):
        super().__init__()
        self.scale = math.sqrt(sizes.width)
        self.words, self.last = nn.Embedding(sizes.vocabulary, sizes.width), RmsNorm(sizes.width)
        self.layers = nn.ModuleList([
            Layer(
                Attention(sizes, bias=False, rope=True, qk_norm=True), Mlp(sizes, F.gelu, bias=False),
                lambda: RmsNorm(sizes.width), both=True)
            for _ in range(sizes.layers)])

    def forward(self, ids, mask):
        places = torch.arange(ids.shape[1])[None].expand(ids.shape)
        x = self.words(ids) * self.scale
        for layer in self.layers:
            x = layer(x, hide(mask, x.dtype), places)
        return self.last(x)


class Decoder(nn.Module):
    """As Qwen3: causal, fewer heads of keys and values, and the keys and values of earlier tokens as inputs."""

    def __init__(self, sizes):
        super().__init__()
        self.inputs = ["input_ids", "attention_mask", "position_ids"] + [
            f"past_key_values.{layer}.{part}" for layer in range(sizes.layers) for part in ("key", "value")]
        self.words, self.last = nn.Embedding(sizes.vocabulary, sizes.width), RmsNorm(sizes.width)
        self.layers = nn.ModuleList([
            Layer(
                Attention(sizes, bias=False, rope=True, qk_norm=True), Mlp(sizes, F.silu, bias=False),
                lambda: RmsNorm(sizes.width), before=True)
            for _ in range(sizes.layers)])

    def forward(self, ids, mask, positions, *past):
        x = self.words(ids)
        places = torch.arange(ids.shape[1])
        future = (places[None, :] > places[:, None])[None, None].to(x.dtype) * -1e9
        for i, layer in enumerate(self.layers):
            x = layer(x, hide(mask, x.dtype) + future, positions, (past[2 * i], past[2 * i + 1]))
        return self.last(x)


class CrossEncoder(nn.Module):
    inputs = Bert.inputs

    def __init__(self, sizes):
        super().__init__()
        self.body, self.pool = Bert(sizes), nn.Linear(sizes.width, sizes.width)
        self.score = nn.Linear(sizes.width, 1)

    def forward(self, ids, mask, types):
        return self.score(torch.tanh(self.pool(self.body(ids, mask, types)[:, 0])))


class Splade(nn.Module):
    """A number for each word of the vocabulary at each token, as a BERT that guesses masked words gives."""

    inputs = Bert.inputs

    def __init__(self, sizes):
        super().__init__()
        self.body, self.change, self.norm = Bert(sizes), nn.Linear(sizes.width, sizes.width), norm(sizes)
        self.guess = nn.Linear(sizes.width, sizes.vocabulary)

    def forward(self, ids, mask, types):
        return self.guess(self.norm(F.gelu(self.change(self.body(ids, mask, types)))))


BODIES = {
    "bert": Bert, "xlm-r": Xlmr, "mpnet": Mpnet, "rope": Nomic, "modernbert": ModernBert, "gemma": Gemma,
    "decoder": Decoder, "cross-encoder": CrossEncoder, "splade": Splade,
}


def output_of(model):
    return "logits" if isinstance(model, (CrossEncoder, Splade)) else "last_hidden_state"


def arguments(model, sizes, ids, types, dtype):
    given = {
        "input_ids": ids,
        "attention_mask": torch.ones_like(ids),
        "token_type_ids": types,
        "position_ids": torch.arange(ids.shape[1])[None].expand(ids.shape),
    }
    nothing = torch.zeros(ids.shape[0], sizes.kv_heads, 0, sizes.head, dtype=dtype)
    return tuple(given.get(name, nothing) for name in model.inputs)


def export(model, sizes, file, **options):
    """Writes the graph of a model to a file; options are those of torch."""
    axes = {name: {0: "batch", 2: "past"} if name.startswith("past") else {0: "batch", 1: "tokens"}
            for name in model.inputs}
    output = output_of(model)
    axes[output] = {0: "batch"} if isinstance(model, CrossEncoder) else {0: "batch", 1: "tokens"}
    ids = torch.full((2, 3), 5)
    torch.onnx.export(
        model, arguments(model, sizes, ids, torch.zeros_like(ids), torch.float32), file, input_names=model.inputs,
        output_names=[output], dynamic_axes=axes, opset_version=17, dynamo=False, **options)
