"""Hand-written models that carry a state along a sequence, or see it by convolutions."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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


class ResidualLSTM(nn.Module):
    def __init__(self, depth: int = 4) -> None:
        super().__init__()
        self.layers = nn.ModuleList(nn.LSTM(8, 8, batch_first=True) for _ in range(depth))

    def forward(self, x: Tensor) -> Tensor:
        for layer in self.layers:
            out, _ = layer(x)
            x = x + out
        return x


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


class Stabilised(nn.Module):
    """RWKV: the largest so far, or what a learned decay left of it, is taken from an exponent."""

    def __init__(self) -> None:
        super().__init__()
        self.key, self.head = nn.Linear(8, 8), nn.Linear(8, 2)
        self.decay = nn.Parameter(-torch.ones(8))

    def forward(self, x: Tensor) -> Tensor:
        key = self.key(x)
        return self.head(torch.exp(key - torch.maximum(key, self.decay)))
