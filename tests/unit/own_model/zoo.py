"""Hand-written models of all kinds, each with the skips that its architecture has."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Case:
    """A model, an input, and what there is to be found: merges by kind."""

    make: Callable[[], nn.Module]
    inputs: Callable[[], tuple[Tensor, ...]]
    kinds: dict[str, int]
    edges: int | None = None
    gates: int = 0
    recurrent: bool = False
    parallel: bool = False
    uses: dict[str, int] = field(default_factory=dict)


def image(channels: int = 3, size: int = 8, batch: int = 2) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randn(batch, channels, size, size),)


def rows(width: int = 8, batch: int = 4) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randn(batch, width),)


def series(length: int = 5, width: int = 8, batch: int = 2) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randn(batch, length, width),)


def tokens(length: int = 6, batch: int = 2) -> Callable[[], tuple[Tensor, ...]]:
    return lambda: (torch.randint(0, 11, (batch, length)),)


class BasicBlock(nn.Module):
    """He et al. 2015, with torchvision's in-place sum and activation."""

    def __init__(self, inside: int, out: int, stride: int = 1) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inside, out, 3, stride, 1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(out), nn.BatchNorm2d(out)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(out, out, 3, 1, 1, bias=False)
        self.down: nn.Module | None = None
        if stride > 1 or inside != out:
            self.down = nn.Sequential(
                nn.Conv2d(inside, out, 1, stride, bias=False), nn.BatchNorm2d(out)
            )

    def forward(self, x: Tensor) -> Tensor:
        identity = x
        out = self.relu(self.bn1(self.conv1(x)))
        out = self.bn2(self.conv2(out))
        if self.down is not None:
            identity = self.down(x)
        out += identity
        return self.relu(out)


class Bottleneck(nn.Module):
    def __init__(self, inside: int, width: int, stride: int = 1) -> None:
        super().__init__()
        out = 4 * width
        self.convs = nn.ModuleList([
            nn.Conv2d(inside, width, 1), nn.Conv2d(width, width, 3, stride, 1),
            nn.Conv2d(width, out, 1),
        ])  # fmt: skip
        self.norms = nn.ModuleList(nn.BatchNorm2d(each.out_channels) for each in self.convs)
        needs = stride > 1 or inside != out
        self.down = nn.Conv2d(inside, out, 1, stride) if needs else None

    def forward(self, x: Tensor) -> Tensor:
        out = x
        for k, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True)):
            out = norm(conv(out))
            out = F.relu(out) if k < 2 else out
        return F.relu(out + (x if self.down is None else self.down(x)))


class ResNet(nn.Module):
    def __init__(self, blocks: list[nn.Module], width: int) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.blocks = nn.Sequential(*blocks)
        self.head = nn.Linear(width, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(F.relu(self.stem(x)))
        return self.head(torch.flatten(F.adaptive_avg_pool2d(x, 1), 1))


def resnet_basic() -> nn.Module:
    return ResNet([BasicBlock(4, 4), BasicBlock(4, 8, 2), BasicBlock(8, 8)], 8)


def resnet_bottleneck() -> nn.Module:
    return ResNet([Bottleneck(4, 2), Bottleneck(8, 2), Bottleneck(8, 3, 2), Bottleneck(12, 3)], 12)


class DenseLayer(nn.Module):
    def __init__(self, inside: int, growth: int) -> None:
        super().__init__()
        self.norm1, self.conv1 = nn.BatchNorm2d(inside), nn.Conv2d(inside, 2 * growth, 1)
        self.norm2, self.conv2 = nn.BatchNorm2d(2 * growth), nn.Conv2d(2 * growth, growth, 3, 1, 1)

    def forward(self, features: list[Tensor]) -> Tensor:
        x = self.conv1(F.relu(self.norm1(torch.cat(features, 1))))
        return self.conv2(F.relu(self.norm2(x)))


class DenseBlock(nn.Module):
    def __init__(self, inside: int, growth: int, depth: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(DenseLayer(inside + k * growth, growth) for k in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        features = [x]
        for layer in self.layers:
            features.append(layer(features))
        return torch.cat(features, 1)


class DenseNet(nn.Module):
    """Huang et al. 2016: of a block of L layers L merges, with 1 + 2 + .. + L edges."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.block1, self.down = DenseBlock(4, 3, 4), nn.Conv2d(16, 6, 1)
        self.block2, self.head = DenseBlock(6, 3, 3), nn.Linear(15, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = F.avg_pool2d(self.down(self.block1(self.stem(x))), 2)
        return self.head(self.block2(x).mean((2, 3)))


class UNet(nn.Module):
    """Ronneberger et al. 2015: a concatenation at every resolution."""

    def __init__(self, depth: int = 3) -> None:
        super().__init__()
        widths = [4 * 2**k for k in range(depth + 1)]
        self.stem = nn.Conv2d(3, 4, 3, padding=1)
        self.down = nn.ModuleList(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(widths))
        self.up = nn.ModuleList(nn.Conv2d(a + b, a, 3, padding=1) for a, b in pairwise(widths))
        self.head = nn.Conv2d(4, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        x, kept = F.relu(self.stem(x)), []
        for conv in self.down:
            kept.append(x)
            x = F.relu(conv(F.max_pool2d(x, 2)))
        for conv, skip in zip(reversed(self.up), reversed(kept), strict=True):
            x = F.relu(conv(torch.cat([skip, F.interpolate(x, scale_factor=2)], 1)))
        return self.head(x)


class Attention(nn.Module):
    """Queries of x, keys and values of another sequence where there is one."""

    def __init__(self, width: int, heads: int = 2) -> None:
        super().__init__()
        self.heads = heads
        self.q, self.k, self.v, self.o = (nn.Linear(width, width) for _ in range(4))

    def forward(self, x: Tensor, other: Tensor | None = None, causal: bool = False) -> Tensor:
        source = x if other is None else other
        q, k, v = (
            layer(each).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer, each in ((self.q, x), (self.k, source), (self.v, source))
        )
        scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
        if causal:
            mask = torch.full(scores.shape[-2:], -math.inf).triu(1)
            scores = scores + mask
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


class Highway(nn.Module):
    """Srivastava et al. 2015; `form` is how the mix is written."""

    def __init__(self, depth: int = 10, form: str = "sum") -> None:
        super().__init__()
        self.h = nn.ModuleList(nn.Linear(8, 8) for _ in range(depth))
        self.t = nn.ModuleList(nn.Linear(8, 8) for _ in range(depth))
        self.form = form

    def forward(self, x: Tensor) -> Tensor:
        for h, t in zip(self.h, self.t, strict=True):
            value, gate = torch.tanh(h(x)), torch.sigmoid(t(x))
            by_lerp = self.form == "lerp"
            x = torch.lerp(x, value, gate) if by_lerp else value * gate + x * (1 - gate)
        return x


class WaveNet(nn.Module):
    """van den Oord et al. 2016: a residual and an output of every block; the outputs are summed."""

    def __init__(self, blocks: int = 8) -> None:
        super().__init__()
        self.start = nn.Conv1d(1, 4, 1)
        self.filter = nn.ModuleList(
            nn.Conv1d(4, 4, 2, dilation=2 ** (k % 3)) for k in range(blocks)
        )
        self.gate = nn.ModuleList(nn.Conv1d(4, 4, 2, dilation=2 ** (k % 3)) for k in range(blocks))
        self.res = nn.ModuleList(nn.Conv1d(4, 4, 1) for _ in range(blocks))
        self.skip = nn.ModuleList(nn.Conv1d(4, 4, 1) for _ in range(blocks))
        self.end = nn.Conv1d(4, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        total: Tensor | None = None
        for f, g, r, s in zip(self.filter, self.gate, self.res, self.skip, strict=True):
            padded = F.pad(x, (f.dilation[0], 0))
            out = torch.tanh(f(padded)) * torch.sigmoid(g(padded))
            total = s(out) if total is None else total + s(out)
            x = x + r(out)
        return self.end(F.relu(total))


class DnCNN(nn.Module):
    """Zhang et al. 2016: the noise is taken from the picture."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(3, 6, 3, padding=1), nn.ReLU(), nn.Conv2d(6, 6, 3, padding=1),
            nn.BatchNorm2d(6), nn.ReLU(), nn.Conv2d(6, 3, 3, padding=1),
        )  # fmt: skip

    def forward(self, x: Tensor) -> Tensor:
        return x - self.body(x)


class ReZero(nn.Module):
    def __init__(self, depth: int = 4, alpha: float = 0.0) -> None:
        super().__init__()
        self.start = nn.Linear(8, 8)
        self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(depth))
        self.alpha = nn.ParameterList(nn.Parameter(torch.full((1,), alpha)) for _ in range(depth))
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        for layer, alpha in zip(self.layers, self.alpha, strict=True):
            x = x + alpha * torch.relu(layer(x))
        return self.head(x)


class SqueezeExcite(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.down, self.up = nn.Conv2d(channels, 2, 1), nn.Conv2d(2, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.sigmoid(self.up(F.relu(self.down(F.adaptive_avg_pool2d(x, 1)))))


class MBConv(nn.Module):
    """MobileNetV2 and, with a gate, EfficientNet."""

    def __init__(self, inside: int, out: int, stride: int, gate: bool) -> None:
        super().__init__()
        wide = 3 * inside
        self.expand = nn.Sequential(nn.Conv2d(inside, wide, 1), nn.BatchNorm2d(wide), nn.ReLU6())
        self.depthwise = nn.Sequential(
            nn.Conv2d(wide, wide, 3, stride, 1, groups=wide), nn.BatchNorm2d(wide), nn.ReLU6()
        )
        self.gate = SqueezeExcite(wide) if gate else nn.Identity()
        self.project = nn.Sequential(nn.Conv2d(wide, out, 1), nn.BatchNorm2d(out))
        self.has_skip = stride == 1 and inside == out

    def forward(self, x: Tensor) -> Tensor:
        out = self.project(self.gate(self.depthwise(self.expand(x))))
        return x + out if self.has_skip else out


def mobilenet(gate: bool = False) -> nn.Module:
    blocks = [MBConv(4, 6, 2, gate), MBConv(6, 6, 1, gate), MBConv(6, 6, 1, gate),
              MBConv(6, 8, 1, gate), MBConv(8, 8, 1, gate)]  # fmt: skip
    return ResNet(list(blocks), 8)


class ResidualLSTM(nn.Module):
    def __init__(self, depth: int = 4) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.LSTM(8, 8, batch_first=True) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            out, _ = layer(x)
            x = x + out
        return x


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


class PoolFormer(nn.Module):
    """Yu et al. 2021: a branch with a norm and pooling, and nothing heavy."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.norm1, self.norm2 = (
            nn.Conv2d(3, 4, 3, padding=1), nn.GroupNorm(1, 4), nn.GroupNorm(1, 4),
        )  # fmt: skip
        self.up, self.down = nn.Conv2d(4, 8, 1), nn.Conv2d(8, 4, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        y = self.norm1(x)
        x = x + (F.avg_pool2d(y, 3, 1, 1) - y)
        return x + self.down(F.gelu(self.up(self.norm2(x))))


class Cube(torch.autograd.Function):
    """What Python does not see inside."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor) -> Tensor:
        ctx.save_for_backward(x, weight)
        return (x @ weight.t()).pow(3)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:
        x, weight = ctx.saved_tensors
        inner = gradient * 3 * (x @ weight.t()).pow(2)
        return inner @ weight, inner.t() @ x


class OwnFunction(nn.Module):
    def __init__(self, depth: int = 4) -> None:
        super().__init__()
        self.start = nn.Linear(8, 8)
        self.weights = nn.ParameterList(
            nn.Parameter(0.05 * torch.randn(8, 8)) for _ in range(depth)
        )

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        for weight in self.weights:
            x = x + Cube.apply(x, weight)
        return x


class DataDependent(nn.Module):
    """As many blocks as the data ask for."""

    def __init__(self, blocks: int = 6) -> None:
        super().__init__()
        self.start = nn.Linear(8, 8)
        self.blocks = nn.ModuleList(nn.Linear(8, 8) for _ in range(blocks))

    def forward(self, x: Tensor, depth: int | None = None) -> Tensor:
        x = self.start(x)
        for block in self.blocks[: depth or len(self.blocks)]:
            x = x + torch.relu(block(x))
        return x


class InPlace(nn.Module):
    """`form` writes the sum in one of the ways in which it can be written in place."""

    def __init__(self, form: str = "+=", depth: int = 6) -> None:
        super().__init__()
        self.start = nn.Linear(8, 8)
        self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(depth))
        self.form = form

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x) * 1.0
        for layer in self.layers:
            y = layer(torch.tanh(x))
            if self.form == "+=":
                x += y
            elif self.form == "branch +=":
                y = y * 1.0
                y += x
                x = y
            elif self.form == "add_":
                x.add_(y, alpha=0.5)
            elif self.form == "-=":
                x -= y
            elif self.form == "index_add_":
                x = x.index_add(1, torch.arange(8), y)
            elif self.form == "addcmul":
                x = torch.addcmul(x, torch.full((8,), 0.5), y)
        return x


class Addmm(nn.Module):
    """x W + x in one call, of two and of three dimensions."""

    def __init__(self, batched: bool = False, depth: int = 3) -> None:
        super().__init__()
        self.start = nn.Linear(8, 8)
        self.weights = nn.ParameterList(nn.Parameter(0.3 * torch.randn(8, 8)) for _ in range(depth))
        self.batched = batched

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        for weight in self.weights:
            if self.batched:
                x = torch.baddbmm(x, torch.tanh(x), weight.expand(len(x), 8, 8))
            else:
                x = torch.addmm(x, torch.tanh(x), weight)
        return x


class SliceAssignment(nn.Module):
    """Half of the channels get a residual, written into the tensor."""

    def __init__(self, form: str) -> None:
        super().__init__()
        self.start, self.a, self.b = nn.Linear(8, 8), nn.Linear(8, 4), nn.Linear(8, 4)
        self.form = form

    def forward(self, x: Tensor) -> Tensor:
        x = torch.tanh(self.start(x))
        if self.form == "sum":
            out = x.clone()
            out[:, :4] = out[:, :4] + self.a(x)
            return out
        if self.form == "+=":
            out = x.clone()
            out[:, :4] += self.a(x)
            return out
        out = x.new_zeros(len(x), 12)
        out[:, :8] = x
        out[:, 8:] = self.a(x)
        return out


class Shuffle(nn.Module):
    """ShuffleNetV2: half of the channels pass by."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.convs = nn.ModuleList(nn.Conv2d(4, 4, 3, padding=1) for _ in range(3))

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        for conv in self.convs:
            left, right = x.chunk(2, 1)
            x = torch.cat([left, F.relu(conv(right))], 1)
            x = x.unflatten(1, (2, 4)).transpose(1, 2).flatten(1, 2)
        return x


class Pooled(nn.Module):
    """The picture again at a lower resolution, beside what was made of it."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 4, 3, 2, 1), nn.Conv2d(4, 4, 3, padding=1)
        self.head = nn.Conv2d(7, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.b(F.relu(self.a(x)))
        return self.head(torch.cat([y, F.avg_pool2d(x, 2)], 1))


class NeRF(nn.Module):
    """Mildenhall et al. 2020: the input joins in again half-way."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.ModuleList(nn.Linear(8, 8) for _ in range(3))
        self.second = nn.Sequential(nn.Linear(16, 8), nn.ReLU(), nn.Linear(8, 4))

    def forward(self, x: Tensor) -> Tensor:
        h = x
        for layer in self.first:
            h = F.relu(layer(h))
        return self.second(torch.cat([h, x], -1))


class VGG(nn.Sequential):
    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(True), nn.MaxPool2d(2),
            nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(True), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
            nn.Linear(8, 8), nn.ReLU(True), nn.Dropout(), nn.Linear(8, 5),
        )  # fmt: skip


class Inception(nn.Module):
    """GoogLeNet: branches side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.b1 = nn.Conv2d(3, 6, 3, padding=1), nn.Conv2d(6, 4, 1)
        self.b2 = nn.Sequential(nn.Conv2d(6, 3, 1), nn.ReLU(), nn.Conv2d(3, 4, 3, padding=1))
        self.b3 = nn.Sequential(nn.Conv2d(6, 2, 1), nn.ReLU(), nn.Conv2d(2, 4, 5, padding=2))
        self.b4 = nn.Sequential(nn.MaxPool2d(3, 1, 1), nn.Conv2d(6, 4, 1))

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.stem(x))
        return torch.cat([F.relu(b(x)) for b in (self.b1, self.b2, self.b3, self.b4)], 1)


class Fire(nn.Module):
    """SqueezeNet."""

    def __init__(self) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(3, 2, 1)
        self.small, self.large = nn.Conv2d(2, 4, 1), nn.Conv2d(2, 4, 3, padding=1)
        self.head = nn.Conv2d(8, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x))
        return self.head(torch.cat([F.relu(self.small(x)), F.relu(self.large(x))], 1))


class OwnCell(nn.Module):
    """A hand-written cell over the steps of a sequence: rnn, gru or lstm."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        gates = {"rnn": 1, "gru": 3, "lstm": 4}[kind]
        self.x, self.h = nn.Linear(8, 8 * gates), nn.Linear(8, 8 * gates)
        self.kind, self.head = kind, nn.Linear(8, 2)

    def forward(self, x: Tensor) -> Tensor:
        h, c = x.new_zeros(len(x), 8), x.new_zeros(len(x), 8)
        for t in range(x.shape[1]):
            inner, outer = self.x(x[:, t]), self.h(h)
            if self.kind == "rnn":
                h = torch.tanh(inner + outer)
            elif self.kind == "gru":
                r, z, n = inner.chunk(3, -1)
                hr, hz, hn = outer.chunk(3, -1)
                z = torch.sigmoid(z + hz)
                n = torch.tanh(n + torch.sigmoid(r + hr) * hn)
                h = (1 - z) * n + z * h
            else:
                i, f, g, o = (inner + outer).chunk(4, -1)
                c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
                h = torch.sigmoid(o) * torch.tanh(c)
        return self.head(h)


class DropPath(nn.Module):
    """Stochastic depth (Huang et al. 2016) with LayerScale (Touvron et al. 2021), as in timm."""

    def __init__(self, scale: float = 0.1, drop: float = 0.5, depth: int = 3) -> None:
        super().__init__()
        self.start = nn.Linear(8, 8)
        self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(depth))
        self.gammas = nn.ParameterList(nn.Parameter(torch.full((8,), scale)) for _ in range(depth))
        self.drop = drop

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        for layer, gamma in zip(self.layers, self.gammas, strict=True):
            branch = gamma * layer(torch.tanh(x))
            if self.training:
                mask = x.new_empty(len(x), 1).bernoulli_(1 - self.drop).div_(1 - self.drop)
                branch = branch * mask
            x = x + branch
        return x


class ZeroNorm(nn.Module):
    """The last norm of every branch starts at 0 (Goyal et al. 2017)."""

    def __init__(self) -> None:
        super().__init__()
        self.start = nn.Linear(8, 8)
        self.layers = nn.ModuleList(nn.Linear(8, 8) for _ in range(3))
        self.norms = nn.ModuleList(nn.BatchNorm1d(8) for _ in range(3))
        for norm in self.norms:
            nn.init.zeros_(norm.weight)
        self.head = nn.Linear(8, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        for layer, norm in zip(self.layers, self.norms, strict=True):
            x = torch.relu(x + norm(layer(x)))
        return self.head(x)


class TimeUNet(nn.Module):
    """A diffusion block: a time embedding that is broadcast is no skip."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.time = nn.Conv2d(3, 4, 3, padding=1), nn.Linear(8, 4)
        self.a, self.b = nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, x: Tensor, t: Tensor) -> Tensor:
        x = self.stem(x)
        h = self.a(F.silu(x)) + self.time(F.silu(t))[:, :, None, None]
        return x + self.b(F.silu(h))


class AttentionUNet(nn.Module):
    """Oktay et al. 2018: what is carried is gated by what was made of it."""

    def __init__(self) -> None:
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 8, 3, padding=1)
        self.key, self.query, self.psi = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 4, 1), nn.Conv2d(4, 1, 1)
        self.c = nn.Conv2d(12, 4, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        fine = F.relu(self.a(x))
        coarse = F.interpolate(F.relu(self.b(F.max_pool2d(fine, 2))), scale_factor=2)
        gate = torch.sigmoid(self.psi(F.relu(self.query(fine) + self.key(coarse))))
        return self.c(torch.cat([fine * gate, coarse], 1))


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


class Csp(nn.Module):
    """YOLO's C2f: pieces and what bottlenecks make of the last one, side by side."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.first = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 1)
        self.blocks = nn.ModuleList(
            nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.SiLU(), nn.Conv2d(4, 4, 3, padding=1))
            for _ in range(2)
        )
        self.last = nn.Conv2d(16, 8, 1)

    def forward(self, x: Tensor) -> Tensor:
        parts = list(self.first(self.stem(x)).chunk(2, 1))
        for block in self.blocks:
            parts.append(parts[-1] + block(parts[-1]))
        return self.last(torch.cat(parts, 1))


class Scan(nn.Module):
    """Mamba: a state over positions is no skip; the sum around the block is, and D x inside."""

    def __init__(self) -> None:
        super().__init__()
        self.start, self.norm, self.inner = nn.Linear(8, 8), nn.LayerNorm(8), nn.Linear(8, 32)
        self.project, self.step = nn.Linear(16, 9), nn.Linear(1, 16)
        self.decay, self.through = nn.Parameter(-torch.rand(16, 4)), nn.Parameter(torch.ones(16))
        self.out = nn.Linear(16, 8)

    def forward(self, x: Tensor) -> Tensor:
        x = self.start(x)
        h, z = self.inner(self.norm(x)).chunk(2, -1)
        h = F.silu(h)
        step, write, read = self.project(h).split([1, 4, 4], -1)
        step = F.softplus(self.step(step))
        state, outs = x.new_zeros(len(x), 16, 4), []
        for t in range(x.shape[1]):
            kept = torch.exp(step[:, t, :, None] * self.decay)
            state = kept * state + step[:, t, :, None] * write[:, t, None, :] * h[:, t, :, None]
            outs.append((state * read[:, t, None, :]).sum(-1))
        y = torch.stack(outs, 1) + h * self.through
        return x + self.out(y * F.silu(z))


CASES: dict[str, Case] = {
    "resnet, basic blocks": Case(resnet_basic, image(), {"add": 2, "projection": 1}),
    "resnet, bottlenecks": Case(resnet_bottleneck, image(), {"add": 2, "projection": 2}),
    "densenet": Case(DenseNet, image(), {"concat": 7}, edges=16),
    "unet": Case(UNet, image(), {"concat": 3}),
    "gpt": Case(GPT, tokens(), {"add": 6}),
    "gpt-neox": Case(lambda: GPT(block=ParallelBlock), tokens(), {"add": 3}),
    "encoder-decoder": Case(EncoderDecoder, lambda: (*tokens()(), *tokens(4)()), {"add": 15}),
    "nn.TransformerEncoder": Case(
        lambda: nn.TransformerEncoder(
            nn.TransformerEncoderLayer(8, 2, 16, batch_first=True), 3, enable_nested_tensor=False
        ),
        series(), {"add": 6},
    ),
    "highway": Case(Highway, rows(), {"gated": 10}),
    "highway by lerp": Case(lambda: Highway(form="lerp"), rows(), {"gated": 10}),
    "wavenet": Case(
        WaveNet, lambda: (torch.randn(2, 1, 16),), {"add": 8, "projection": 7}
    ),
    "dncnn": Case(DnCNN, image(), {"add": 1}),
    "rezero": Case(ReZero, rows(), {"add": 4}),
    "squeeze-excite": Case(lambda: mobilenet(gate=True), image(), {"add": 3}, gates=5),
    "mobilenet": Case(mobilenet, image(), {"add": 3}),
    "residual lstm": Case(ResidualLSTM, series(), {"add": 4}),
    "albert": Case(Albert, tokens(), {"add": 2}, uses={"layer": 4}),
    "poolformer": Case(PoolFormer, image(), {"add": 2}),
    "own autograd.Function": Case(OwnFunction, rows(), {"add": 4}),
    "data-dependent depth": Case(DataDependent, rows(), {"add": 6}),
    "x += f(x)": Case(InPlace, rows(), {"add": 6}),
    "f(x) += x": Case(lambda: InPlace("branch +="), rows(), {"add": 6}),
    "x.add_(f(x), alpha)": Case(lambda: InPlace("add_"), rows(), {"add": 6}),
    "x -= f(x)": Case(lambda: InPlace("-="), rows(), {"add": 6}),
    "index_add": Case(lambda: InPlace("index_add_"), rows(), {"add": 6}),
    "addcmul": Case(lambda: InPlace("addcmul"), rows(), {"add": 6}),
    "addmm": Case(Addmm, rows(), {"add": 3}),
    "baddbmm": Case(lambda: Addmm(batched=True), series(), {"add": 3}),
    "x[:, :k] = x[:, :k] + f(x)": Case(lambda: SliceAssignment("sum"), rows(), {"split": 1}),
    "x[:, :k] += f(x)": Case(lambda: SliceAssignment("+="), rows(), {"split": 1}),
    "x and f(x) written side by side": Case(
        lambda: SliceAssignment("concat"), rows(), {"concat": 1}
    ),
    "shufflenet": Case(Shuffle, image(), {"split concat": 3}),
    "pooled": Case(Pooled, image(), {"pooled concat": 1}),
    "nerf": Case(NeRF, rows(), {"concat": 1}),
    "drop-path and layer scale": Case(DropPath, rows(), {"add": 3}),
    "last norm at zero": Case(ZeroNorm, rows(), {"add": 3}),
    "time embedding": Case(
        TimeUNet, lambda: (*image()(), torch.randn(2, 8)), {"add": 1}
    ),
    "attention unet": Case(  # the additive attention has a short way beside a longer one
        AttentionUNet, image(), {"projection": 1, "gated concat": 1}
    ),
    "mixture of experts": Case(MixtureOfExperts, rows(batch=8), {"add": 1}),
    "windows": Case(Windows, image(), {"add": 2}),
    "csp": Case(Csp, image(), {"add": 2, "split concat": 1}, edges=5),
    "scan": Case(Scan, series(), {"add": 2}, recurrent=True),
    "vgg": Case(VGG, image(), {}),
    "googlenet": Case(Inception, image(), {}, parallel=True),
    "squeezenet": Case(Fire, image(), {}),
    "rnn cell": Case(lambda: OwnCell("rnn"), series(), {}),
    "gru cell": Case(lambda: OwnCell("gru"), series(), {}, gates=1, recurrent=True),
    "lstm cell": Case(lambda: OwnCell("lstm"), series(), {}, gates=1, recurrent=True),
}  # fmt: skip
