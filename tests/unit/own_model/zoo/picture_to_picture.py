"""Hand-written models from picture to picture, and of points in space."""

from itertools import pairwise

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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
