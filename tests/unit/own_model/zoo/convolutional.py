"""Hand-written classifiers of pictures."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


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
