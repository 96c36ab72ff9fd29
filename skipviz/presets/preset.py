"""What is known of a preset, and how it is put together."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from skipviz.network import (
    Activation,
    AnyLayer,
    Conv2d,
    Dense,
    GlobalPool,
    Identity,
    Network,
    Reads,
)
from skipviz.types import Shape


@dataclass(frozen=True)
class Preset:
    """A network to start from and the data it is meant for.

    `input_shape` is (features,), (positions, channels) or (channels, height, width). `data` is
    the data set of the app whose samples, reshaped, have that shape; None where the app has none
    (ImageNet, say) or the network takes minutes for a few steps: it is there to be drawn, counted
    and exported. `source` is the paper or text it is taken from, `published` the size it is given
    there or in torchvision, to hold what is counted here against. `learning_rate` is one at which
    it trains by SGD with momentum 0.9: the rate the app opens with, except where that one
    diverges or hardly moves.
    """

    name: str
    title: str
    build: Callable[[], Network]
    source: str
    input_shape: Shape = (64,)
    outputs: int = 10
    data: str | None = "digits"
    learning_rate: float = 0.02
    published: str | None = None

    @property
    def about(self) -> str:
        """The docstring of its function."""
        return " ".join((self.build.__doc__ or "").split())


def squeeze_excite(
    chain: "Chain",
    channels: int,
    squeeze: int,
    hidden: Activation = "relu",
    gate: Activation = "sigmoid",
) -> None:
    """Scale the channels of the last layer: mean over positions, two dense layers, a product."""
    maps, bare = chain.end, {"norm": "none", "bias": True}
    scale = chain.add(
        GlobalPool(),
        Dense(width=squeeze, activation=hidden, **bare),
        Dense(width=channels, activation=gate, **bare),
    )
    chain.add(Identity(reads=Reads.of(maps, scale, combine="multiply")))


def convolved_twice(channels: int) -> tuple[Conv2d, Conv2d]:
    """A level of a U-Net."""
    return Conv2d(channels=channels), Conv2d(channels=channels)


class Chain:
    """A network in the making, layer by layer."""

    def __init__(self) -> None:
        self._layers: list[AnyLayer] = []
        self._skips: list[dict[str, Any]] = []

    @property
    def end(self) -> int:
        """The number of the last layer so far."""
        return len(self._layers)

    def add(self, *layers: AnyLayer) -> int:
        """Append layers; the number of the last one."""
        self._layers.extend(layers)
        return self.end

    def skip(self, source: int, kind: str = "add", target: int | None = None, **how: Any) -> None:
        """A skip from a layer (0 is the input) to the last one, or to `target`."""
        end = self.end if target is None else target
        self._skips.append({"kind": kind, "source": source, "target": end, **how})

    def block(self, *layers: AnyLayer, kind: str = "add", **how: Any) -> None:
        """Layers with a skip around them."""
        source = self.end
        self.add(*layers)
        self.skip(source, kind, **how)

    def network(self, **fields: Any) -> Network:
        """The network as it is now."""
        return Network.of(layers=self._layers, skips=self._skips, **fields)
