"""Three well-known networks as somebody's own model, measured with and without their skips.

Written in plain PyTorch from the papers, with random weights; the page *Your model* shows the runs
where no file of one's own is at hand. `make examples` writes them anew.

    python -m tools.example_models
"""

from collections.abc import Callable
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.nn import functional

import skipviz as sv
from skipviz.own_model.saved import save_run
from tools.server import ROOT

FOLDER = ROOT / "assets" / "models"
STEPS, BATCH = 40, 16
Batches = list[tuple[Tensor, Tensor]]
Loss = Callable[[nn.Module, tuple[Tensor, Tensor]], Tensor]


class BasicBlock(nn.Module):
    """Two convolutions and what passes them by (He et al. 2016a, figure 2)."""

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(channels)
        self.downsample: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels:
            shortcut = nn.Conv2d(channels_in, channels, 1, stride, bias=False)
            self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(channels))

    def forward(self, x: Tensor) -> Tensor:
        branch = self.bn2(self.conv2(functional.relu(self.bn1(self.conv1(x)))))
        return functional.relu(branch + self.downsample(x))


class ResNet18(nn.Module):
    """He et al. 2016a, table 1, with a first convolution for images of 32 x 32."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(1, 64, 3, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.layer1 = nn.Sequential(BasicBlock(64, 64, 1), BasicBlock(64, 64, 1))
        self.layer2 = nn.Sequential(BasicBlock(64, 128, 2), BasicBlock(128, 128, 1))
        self.layer3 = nn.Sequential(BasicBlock(128, 256, 2), BasicBlock(256, 256, 1))
        self.layer4 = nn.Sequential(BasicBlock(256, 512, 2), BasicBlock(512, 512, 1))
        self.fc = nn.Linear(512, 10)

    def forward(self, x: Tensor) -> Tensor:
        state = functional.relu(self.bn1(self.conv1(x)))
        for stage in (self.layer1, self.layer2, self.layer3, self.layer4):
            state = stage(state)
        scores: Tensor = self.fc(state.mean((2, 3)))
        return scores


class Attention(nn.Module):
    """Causal self-attention of several heads (Vaswani et al. 2017, section 3.2)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.c_attn = nn.Linear(width, 3 * width)
        self.c_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        split = self.c_attn(x).unflatten(-1, (3, self.heads, -1)).permute(2, 0, 3, 1, 4)
        query, key, value = split.unbind()
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        joined: Tensor = self.c_proj(mixed.transpose(1, 2).flatten(2))
        return joined


class Block(nn.Module):
    """Attention and MLP, each after its norm and beside its skip (Radford et al. 2019)."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = Attention(width, heads)
        self.c_fc, self.c_proj = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x))
        widened = functional.gelu(self.c_fc(self.ln_2(x)))
        state: Tensor = x + self.c_proj(widened)
        return state


class GPT2(nn.Module):
    """Twelve blocks as in GPT-2 (Radford et al. 2019), 96 wide, over characters."""

    def __init__(self, context: int = 32, width: int = 96, blocks: int = 12) -> None:
        super().__init__()
        self.wte, self.wpe = nn.Embedding(128, width), nn.Embedding(context, width)
        self.h = nn.ModuleList(Block(width, 4) for _ in range(blocks))
        self.ln_f = nn.LayerNorm(width)
        self.lm_head = nn.Linear(width, 128, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        state = self.wte(x) + self.wpe(torch.arange(x.shape[1]))
        for block in self.h:
            state = block(state)
        scores: Tensor = self.lm_head(self.ln_f(state))
        return scores


class UNet(nn.Module):
    """Down and up again, with what was on the way down beside it (Ronneberger et al. 2015)."""

    def __init__(self, width: int = 16) -> None:
        super().__init__()
        sizes = (width, 2 * width, 4 * width)
        self.down = nn.ModuleList(_pair(a, b) for a, b in zip((1, *sizes), sizes, strict=False))
        self.bottom = _pair(4 * width, 8 * width)
        self.shrink = nn.MaxPool2d(2)
        grown = [(8 * width, 4 * width), (4 * width, 2 * width), (2 * width, width)]
        self.grow = nn.ModuleList(nn.ConvTranspose2d(a, b, 2, stride=2) for a, b in grown)
        self.up = nn.ModuleList(_pair(a, b) for a, b in grown)
        self.out = nn.Conv2d(width, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        beside = []
        for down in self.down:
            x = down(x)
            beside.append(x)
            x = self.shrink(x)
        x = self.bottom(x)
        for grow, up in zip(self.grow, self.up, strict=True):
            x = up(torch.cat((beside.pop(), grow(x)), 1))
        image: Tensor = self.out(x)
        return image


def _pair(before: int, after: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(before, after, 3, padding=1), nn.ReLU(),
        nn.Conv2d(after, after, 3, padding=1), nn.ReLU(),
    )  # fmt: skip


def digits(size: int) -> Batches:
    """Images of scikit-learn's digits at (size, size), with their classes."""
    images, classes = load_digits(return_X_y=True)
    x = torch.tensor(images, dtype=torch.float32).reshape(-1, 1, 8, 8) / 8 - 1
    x = functional.interpolate(x, (size, size), mode="bilinear")
    y = torch.tensor(classes)
    return [(x[k : k + BATCH], y[k : k + BATCH]) for k in range(0, len(x), BATCH)]


def noisy_digits() -> Batches:
    """Digits with noise of half their range, and as they are."""
    torch.manual_seed(0)
    return [(x + torch.randn_like(x), x) for x, _ in digits(16)]


def characters(context: int = 32) -> Batches:
    """Stretches of the licence, each with the characters that come next."""
    text = (ROOT / "LICENSE").read_text(encoding="ascii")
    codes = torch.tensor([ord(letter) for letter in text])
    starts = torch.randint(len(codes) - context - 1, (STEPS, BATCH), generator=_generator())
    x = torch.stack([torch.stack([codes[s : s + context] for s in row]) for row in starts])
    y = torch.stack([torch.stack([codes[s + 1 : s + context + 1] for s in row]) for row in starts])
    return list(zip(x, y, strict=True))


def _generator() -> torch.Generator:
    return torch.Generator().manual_seed(0)


def classes_lost(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """Cross-entropy."""
    return functional.cross_entropy(model(batch[0]).flatten(0, -2), batch[1].flatten())


def pixels_lost(model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
    """The mean squared error."""
    return functional.mse_loss(model(batch[0]), batch[1])


def main() -> None:
    """Measure all three; a minute on one core."""
    FOLDER.mkdir(exist_ok=True)
    made: dict[str, tuple[Callable[[], nn.Module], Loss, Callable[[], Batches]]] = {
        "resnet18": (ResNet18, classes_lost, lambda: digits(32)),
        "gpt2": (GPT2, classes_lost, characters),
        "unet": (UNet, pixels_lost, noisy_digits),
    }
    for name, (model, loss, batches) in made.items():
        torch.manual_seed(0)
        run = sv.compare(model(), loss, batches(), steps=STEPS, shares_every=10)
        path = FOLDER / f"{name}.json"
        save_run(run, path)
        print(f"{path.relative_to(Path.cwd())}: {path.stat().st_size:,} bytes\n{run!r}\n")


if __name__ == "__main__":
    main()
