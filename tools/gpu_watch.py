"""A watched model on a GPU: the bits of the bare one, and the numbers of the CPU in float64."""

import copy
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

import skipviz as sv
from skipviz.types import Array

NEAR = 1e-4  # of the largest number, between float32 there and float64 here
STEPS = 3


class Block(nn.Module):
    """A residual block with batch norm, in place."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(width, width, 3, padding=1), nn.BatchNorm2d(width)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.norm(self.conv(torch.relu(x)))
        out += x
        return out


class Attention(nn.Module):
    """A pre-LN transformer block, computed again in the backward pass."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.inner = nn.TransformerEncoderLayer(
            width, 2, 4 * width, 0.0, batch_first=True, norm_first=True
        )

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = checkpoint(self.inner, x, use_reentrant=False)
        return out


MODELS: dict[str, tuple[Callable[[], nn.Module], tuple[int, ...], int]] = {
    "residual convolutions, in place": (
        lambda: nn.Sequential(nn.Conv2d(3, 8, 3), Block(8), Block(8)), (4, 3, 10, 10), 2,
    ),
    "transformer, checkpointed": (
        lambda: nn.Sequential(nn.Linear(8, 16), Attention(16), Attention(16)), (4, 6, 8), 4,
    ),
}  # fmt: skip
"""By name: what makes it, the shape of its input, its skips."""


def watch_disagreements(device: str) -> Iterator[str]:
    """What is not as it should be, a line each, printed too."""
    print(f"\n{'a watched model: bits, |error| of norms and shares':<50} {device:>8}")
    for name, (make, shape, skips) in MODELS.items():
        torch.manual_seed(0)
        model, x = make(), torch.randn(shape)
        there, given = copy.deepcopy(model).to(device), x.to(device)
        bare = _gradients(copy.deepcopy(there), given)
        watch = sv.watch(there, shares_every=1)
        with watch:
            same = all(map(torch.equal, bare, _gradients(there, given)))
        right = sv.watch(model.double(), shares_every=1)
        with right:
            _gradients(model, x.double())
        error = max(
            _error(watch.gradient_norms(), right.gradient_norms()),
            _error(watch.shares(), right.shares()),
        )
        faults = [
            *(["bits differ"] if not same else []),
            *([f"{len(watch.skips)} skips"] if len(watch.skips) != skips else []),
            *(["numbers differ"] if not error < NEAR else []),
            *(["scaled by a GradScaler"] if not _scaled_alike(there, given, device) else []),
        ]
        print(f"{name:<50} {error:8.1e}{''.join(f'  {each}' for each in faults)}", flush=True)
        yield from (f"{name}: {each}" for each in faults)


def _gradients(model: nn.Module, x: Tensor) -> list[Tensor]:
    found = []
    for _ in range(STEPS):
        model.zero_grad()
        model(x).square().mean().backward()
        found += [each.grad.clone() for each in model.parameters() if each.grad is not None]
    return found


def _scaled_alike(model: nn.Module, x: Tensor, device: str) -> bool:
    """Whether under autocast the factor of a GradScaler is divided out of the norms."""
    scaler = torch.amp.GradScaler(device, init_scale=1024.0)
    watch = sv.watch(model)
    with watch:
        for scale in (lambda loss: loss, scaler.scale):
            with torch.autocast(device, torch.bfloat16):
                loss = model(x).float().square().mean()
            scale(loss).backward()
    plain, scaled = watch.gradient_norms()
    return len(watch.skips) > 0 and _error(scaled, plain) < 0.1


def _error(found: Array, right: Array) -> float:
    """The largest |found - right| over the largest of `right`; infinite where shapes differ."""
    if found.shape != right.shape:
        return float("inf")
    return float(abs(found - right).max() / abs(right).max())
