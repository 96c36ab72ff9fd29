"""Chains and blocks that several experiments share. The first layer of each is the stem."""

from typing import Any

from skipviz.network import Dense, Identity, Init, Network, Style
from skipviz.presets.preset import Chain

STEPS_PER_EPOCH = 21  # 1,347 digits in batches of 64; what does not fill a batch is left out
HE = Init(scheme="he")


def chain(
    depth: int, span: int = 0, join: str = "output", width: int = 64, **style: Any
) -> Network:
    """`depth` dense layers; with a span, add skips k -> k + span back to back from layer 1 on."""
    ends = range(1, depth - span + 1, span) if span else range(0)
    return Network.of(
        layers=[{"kind": "dense", "width": width}] * depth,
        skips=[{"kind": "add", "source": k, "target": k + span, "join": join} for k in ends],
        defaults=style,
    )


def blocks(
    count: int, layers: int = 2, width: int = 64, norm: str = "none", stem: bool = True, **how: Any
) -> Network:
    """Pre-activation blocks, with a skip of this kind around each; He init.

    On a linear stem, unless the input is as wide as they are. With batch norm one more norm and
    ReLU stand before the readout (He et al. 2016).
    """
    made = Chain()
    if stem:
        made.add(Dense(width=width, norm="none", order="post", activation="identity"))
    for _ in range(count):
        made.block(*[Dense(width=width)] * layers, **how)
    if norm == "batch":
        made.add(Identity(norm="batch", activation="relu"))
    return made.network(defaults=Style(norm=norm, order="pre", init=HE))
