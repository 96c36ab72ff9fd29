"""What a skip learns of its own: scales, a gate, a projection."""

from skipviz.network.network import Network
from skipviz.network.skips import AnySkip, Gate, Projection, Scale
from skipviz.types import Ends

LEARNED = ("branch_scale", "shortcut_scale", "gate", "projection")
"""All that a skip can learn, in the order in which it is shown."""


def learned_by(skip: AnySkip) -> tuple[str, ...]:
    """Those of `LEARNED` that this skip learns; () for one that is fixed."""
    return tuple(name for name in LEARNED if _learns(skip, name))


def learned_in(network: Network) -> tuple[str, ...]:
    """Those of `LEARNED` that some skip of the network learns."""
    return tuple(name for name in LEARNED if any(_learns(skip, name) for skip in network.skips))


def scales_over(network: Network, k: int) -> tuple[Ends, ...]:
    """The skips whose learned branch scale multiplies what layer k (1..N+1) computes.

    A skip p -> q scales its branch, layers p + 1 .. q; branches may lie within each other, so
    there may be several. (source, target) in the network's order. A feedback skip has no branch.
    """
    return tuple(
        skip.ends
        for skip in network.skips
        if skip.source < k <= skip.target and _learns(skip, "branch_scale")
    )


def _learns(skip: AnySkip, name: str) -> bool:
    if name == "gate":
        return isinstance(skip, Gate)
    if name == "projection":
        return isinstance(skip, Projection)
    scale: Scale | None = getattr(skip, name, None)
    return scale is not None and scale.learned != "no"
