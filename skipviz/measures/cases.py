"""Networks compared with each other, each with a name and a style of its own."""

from dataclasses import dataclass

from skipviz.network import Dense, Init, Network, Norm
from skipviz.network.styles import Activation
from skipviz.network.whole import change_kind, every_nth


@dataclass(frozen=True)
class Case:
    """`style` is the arm in whose colour it is drawn, or "" for the next free colour."""

    label: str
    network: Network
    style: str = ""


Pair = tuple[str, Case, Case]
"""A name, the case with skips and the case without."""


def chain(
    depth: int,
    activation: Activation,
    scheme: str,
    gain: float = 1.0,
    width: int = 64,
    step: int = 0,
    kind: str = "add",
    **style: object,
) -> Network:
    """Dense layers of equal width, with skips over `step` layers each where `step` is not 0."""
    init = Init.model_validate({"scheme": scheme, "gain": gain})
    skips = every_nth(depth, step) if step else ()
    net = Network.mlp(depth, width, activation=activation, init=init, skips=skips, **style)
    return net if kind == "add" else change_kind(net, kind)


def residual(
    blocks: int,
    activation: Activation,
    scheme: str,
    width: int = 64,
    norm: Norm = "none",
    **skip: object,
) -> Network:
    """A linear layer, then s_k = W act(norm(s_(k-1))) + s_(k-1); `skip` are its options."""
    first = Dense(width=width, activation="identity", order="post", norm="none")
    layers = [first, *[Dense(width=width)] * blocks]
    init = Init.model_validate({"scheme": scheme})
    skips = [{"kind": "add", "source": k, "target": k + 1, **skip} for k in range(1, blocks + 1)]
    style = {"activation": activation, "init": init, "order": "pre", "norm": norm}
    return Network.of(layers=layers, skips=skips, defaults=style)
