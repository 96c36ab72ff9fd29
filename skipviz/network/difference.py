"""What two drawings do not have in common."""

from collections.abc import Iterator
from dataclasses import dataclass

from skipviz.language import _, _n
from skipviz.network.network import Network
from skipviz.text import listed
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
        before, after = self.depths
        said = [
            *self._counted(),
            *([self._resized(before, after)] * (before != after)),
            *([_("another style of all layers")] * self.style),
        ]
        return listed(said) if said else _("the same network")

    @staticmethod
    def _resized(before: int, after: int) -> str:
        return _n("{before} → {count} layer", "{before} → {count} layers", after, before=before)

    def _counted(self) -> Iterator[str]:
        if self.added:
            yield _n("{count} skip added", "{count} skips added", len(self.added))
        if self.removed:
            yield _n("{count} skip removed", "{count} skips removed", len(self.removed))
        if self.changed:
            yield _n("{count} skip changed", "{count} skips changed", len(self.changed))
        if self.layers:
            yield _n("{count} layer changed", "{count} layers changed", len(self.layers))


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
