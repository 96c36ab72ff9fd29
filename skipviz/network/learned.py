"""What a skip learns of its own: scales, a gate, a projection."""

from skipviz.network.network import Network
from skipviz.network.skips import AnySkip, Gate, Projection, Scale

LEARNED = ("branch_scale", "shortcut_scale", "gate", "projection")
"""All that a skip can learn, in the order in which it is shown."""


def learned_by(skip: AnySkip) -> tuple[str, ...]:
    """Those of `LEARNED` that this skip learns; () for one that is fixed."""
    return tuple(name for name in LEARNED if _learns(skip, name))


def learned_in(network: Network) -> tuple[str, ...]:
    """Those of `LEARNED` that some skip of the network learns."""
    return tuple(name for name in LEARNED if any(_learns(skip, name) for skip in network.skips))


def _learns(skip: AnySkip, name: str) -> bool:
    if name == "gate":
        return isinstance(skip, Gate)
    if name == "projection":
        return isinstance(skip, Projection)
    scale: Scale | None = getattr(skip, name, None)
    return scale is not None and scale.learned != "no"
