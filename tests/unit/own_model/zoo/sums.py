"""The ways in which a sum can be written, scaled and mixed."""

from typing import Any

import torch
from torch import Tensor, nn


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
