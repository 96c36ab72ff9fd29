"""What two drawings do not have in common."""

from dataclasses import dataclass

from skipviz.network.network import Network
from skipviz.text import plural
from skipviz.types import Ends


@dataclass(frozen=True)
class Difference:
    """From one network to another. Layers and skips are compared by their numbers.

    `added`, `removed` and `changed` are skips by their ends; `layers` those of the numbers common
    to both that differ, `depths` both numbers of layers, `style` whether the defaults of all
    layers, the readout or the time steps differ.
    """

    added: tuple[Ends, ...]
    removed: tuple[Ends, ...]
    changed: tuple[Ends, ...]
    layers: tuple[int, ...]
    depths: tuple[int, int]
    style: bool

    def __str__(self) -> str:
        counts = (
            (len(self.added), "skip", "added"),
            (len(self.removed), "skip", "removed"),
            (len(self.changed), "skip", "changed"),
            (len(self.layers), "layer", "changed"),
        )
        said = [f"{plural(n, what)} {done}" for n, what, done in counts if n]
        before, after = self.depths
        if before != after:
            said.append(f"{before} → {after} layers")
        if self.style:
            said.append("another style of all layers")
        return ", ".join(said) or "the same network"


def difference(before: Network, after: Network) -> Difference:
    """What has to be done to one network to have the other."""
    old = {skip.ends: skip for skip in before.skips}
    new = {skip.ends: skip for skip in after.skips}
    pairs = enumerate(zip(before.layers, after.layers, strict=False), start=1)
    return Difference(
        added=tuple(ends for ends in new if ends not in old),
        removed=tuple(ends for ends in old if ends not in new),
        changed=tuple(ends for ends in new if ends in old and new[ends] != old[ends]),
        layers=tuple(k for k, (one, other) in pairs if one != other),
        depths=(before.depth, after.depth),
        style=_rest(before) != _rest(after),
    )


def _rest(network: Network) -> object:
    return network.defaults, network.readout, network.time_steps, network.time
