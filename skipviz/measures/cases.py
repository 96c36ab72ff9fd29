"""Networks compared with each other, each with a name and a style of its own."""

from dataclasses import dataclass

from skipviz.network import Dense, Init, Network, Norm
from skipviz.network.styles import Activation


@dataclass(frozen=True)
class Case:
    """`style` is the arm in whose colour it is drawn, or "" for the next free colour."""

    label: str
    network: Network
    style: str = ""


Pair = tuple[str, Case, Case]
"""A name, the case with skips and the case without."""


def every(step: int, depth: int) -> tuple[tuple[int, int], ...]:
    """The skips k -> k + step for k = 1, 1 + step, .."""
    return tuple((k, k + step) for k in range(1, depth - step + 1, step))


def chain(
    depth: int,
    activation: Activation,
    scheme: str,
    gain: float = 1.0,
    width: int = 64,
    step: int = 0,
    **style: object,
) -> Network:
    """Dense layers of equal width, with skips over `step` layers where `step` is not 0."""
    init = Init.model_validate({"scheme": scheme, "gain": gain})
    skips = every(step, depth) if step else ()
    return Network.mlp(depth, width, activation=activation, init=init, skips=skips, **style)


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
