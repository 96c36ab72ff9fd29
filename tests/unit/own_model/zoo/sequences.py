"""Hand-written models of sequences."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Attention(nn.Module):
    """Queries of x, keys and values of another sequence where there is one."""

    def __init__(self, width: int, heads: int = 2) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))

    def forward(
        self,
        x: Tensor,
        other: Tensor | None = None,
        causal: bool = False,
        bias: Tensor | None = None,
    ) -> Tensor:
        source = x if other is None else other
        q, k, v = (
            layer(each).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer, each in ((self.q, x), (self.k, source), (self.v, source))
        )
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        if causal:
            mask = torch.full(scores.shape[-2:], -math.inf).triu(1)
            scores = scores + mask
        if bias is not None:
            scores = scores + bias
        return self.o((scores.softmax(-1) @ v).transpose(1, 2).flatten(-2))


class GPTBlock(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.ln1, self.ln2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.up, self.down = (
            Attention(width), nn.Linear(width, 4 * width), nn.Linear(4 * width, width),
        )  # fmt: skip
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.drop(self.attn(self.ln1(x), causal=True))
        return x + self.drop(self.down(F.gelu(self.up(self.ln2(x)))))


class GPT(nn.Module):
    """Tied embedding and output."""

    def __init__(self, blocks: int = 3, width: int = 8, block: type[nn.Module] = GPTBlock) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(11, width), nn.Embedding(16, width)
        self.h = nn.ModuleList(block(width) for _ in range(blocks))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, 11, bias=False)
        self.head.weight = self.wte.weight

    def forward(self, ids: Tensor) -> Tensor:
        x = self.wte(ids) + self.wpe(torch.arange(ids.shape[1]))
        for block in self.h:
            x = block(x)
        return self.head(self.norm(x))


class ParallelBlock(nn.Module):
    """GPT-NeoX: attention and MLP side by side, one skip."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ln1, self.ln2, self.attn = nn.LayerNorm(width), nn.LayerNorm(width), Attention(width)
        self.up, self.down = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(self.ln2(x)))) + self.attn(self.ln1(x)) + x


class EncoderLayer(nn.Module):
    def __init__(self, width: int, cross: bool) -> None:
        super().__init__()
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(3))
        self.own = Attention(width)
        self.cross = Attention(width) if cross else None
        self.up, self.down = nn.Linear(width, 16), nn.Linear(16, width)

    def forward(self, x: Tensor, memory: Tensor | None = None) -> Tensor:
        x = x + self.own(self.norms[0](x))
        if self.cross is not None:
            x = x + self.cross(self.norms[1](x), memory)
        return x + self.down(F.relu(self.up(self.norms[2](x))))


class EncoderDecoder(nn.Module):
    """T5-like, n + n layers: 2 n skips in the encoder, 3 n in the decoder."""

    def __init__(self, layers: int = 3) -> None:
        super().__init__()
        self.shared = nn.Embedding(11, 8)
        self.encoder = nn.ModuleList(EncoderLayer(8, cross=False) for _ in range(layers))
        self.decoder = nn.ModuleList(EncoderLayer(8, cross=True) for _ in range(layers))
        self.head = nn.Linear(8, 11)

    def forward(self, ids: Tensor, to: Tensor) -> Tensor:
        memory = self.shared(ids)
        for layer in self.encoder:
            memory = layer(memory)
        x = self.shared(to)
        for layer in self.decoder:
            x = layer(x, memory)
        return self.head(x)


class Albert(nn.Module):
    """One layer, used four times: two switches."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.layer, self.head = nn.Embedding(11, 8), GPTBlock(8), nn.Linear(8, 11)

    def forward(self, ids: Tensor) -> Tensor:
        x = self.embed(ids)
        for _ in range(4):
            x = self.layer(x)
        return self.head(x)


class Windows(nn.Module):
    """Swin: attention in windows, shifted by roll, between reshapes."""

    def __init__(self) -> None:
        super().__init__()
        self.patch, self.merge = nn.Conv2d(3, 8, 2, 2), nn.Linear(32, 16)
        self.attn, self.norm = Attention(8), nn.LayerNorm(8)
        self.mlp = nn.Sequential(nn.LayerNorm(8), nn.Linear(8, 16), nn.GELU(), nn.Linear(16, 8))

    def forward(self, x: Tensor) -> Tensor:
        x = self.patch(x).permute(0, 2, 3, 1)
        n, height, width, channels = x.shape
        h = torch.roll(self.norm(x), (-1, -1), (1, 2))
        h = h.view(n, height // 2, 2, width // 2, 2, channels).transpose(2, 3)
        h = self.attn(h.reshape(-1, 4, channels))
        h = h.view(n, height // 2, width // 2, 2, 2, channels).transpose(2, 3)
        x = x + torch.roll(h.reshape(n, height, width, channels), (1, 1), (1, 2))
        x = x + self.mlp(x)
        quarters = [x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)]
        return self.merge(torch.cat(quarters, -1))


class MixtureOfExperts(nn.Module):
    """What experts make is added where it belongs; the sum beside it is the skip."""

    def __init__(self) -> None:
        super().__init__()
        self.start, self.norm, self.gate = nn.Linear(8, 8), nn.LayerNorm(8), nn.Linear(8, 3)
        self.experts = nn.ModuleList(
            nn.Sequential(nn.Linear(8, 16), nn.SiLU(), nn.Linear(16, 8)) for _ in range(3)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        h = self.norm(x)
        weights, chosen = self.gate(h).softmax(-1).topk(2, -1)
        out = torch.zeros_like(h)
        for k, expert in enumerate(self.experts):
            row, place = torch.where(chosen == k)
            out.index_add_(0, row, expert(h[row]) * weights[row, place, None])
        return x + out


class PositionBias(nn.Module):
    """One table of biases for the scores of all layers, written out for every sample (MPNet), and
    scaled by what is at hand (WavLM). It is the same for all data and no state."""

    def __init__(self, gated: bool = False) -> None:
        super().__init__()
        self.embed, self.table, self.gated = nn.Embedding(11, 8), nn.Embedding(11, 2), gated
        self.layers = nn.ModuleList(GPTBlock(8) for _ in range(3))
        self.gates = nn.ModuleList(nn.Linear(8, 2) for _ in range(3))

    def forward(self, ids: Tensor) -> Tensor:
        x, places = self.embed(ids), torch.arange(ids.shape[1])
        bias = self.table((places[:, None] - places).abs()).permute(2, 0, 1)
        bias = bias.expand(len(ids), -1, -1, -1).contiguous()
        for layer, gate in zip(self.layers, self.gates, strict=True):
            scale = torch.sigmoid(gate(x)).transpose(1, 2)[..., None] if self.gated else 1.0
            x = x + layer.attn(layer.ln1(x), bias=bias * scale)
            x = x + layer.down(F.gelu(layer.up(layer.ln2(x))))
        return x
