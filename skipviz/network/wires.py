"""What layers read by wiring as straight lines below the boxes of a drawing, in lanes."""

from collections.abc import Callable
from html import escape

from skipviz.network.architecture import Architecture

FIRST = 8.0  # from the boxes to the first lane
APART = 6.0
MOST = 6  # lanes; of more, some share one
SIGNS = {"concat": "[ ]", "add": "+", "multiply": "×"}


class Wires:
    """The lines of a network; those of layers that are not shown are left out."""

    def __init__(self, network: Architecture, shows: Callable[[int], bool]) -> None:
        last = network.depth + 1
        self._network = network
        self._readers = [
            k
            for k, reads in enumerate(network.wiring, start=1)
            if reads and all(map(shows, (k, *reads.states)))
        ]
        self.chained = [k for k in range(1, last + 1) if not network.is_wired_at(k)]
        """The layers, N + 1 among them, that read the state before."""
        self.lanes = self._lanes()

    @property
    def room(self) -> float:
        """The height of the lanes."""
        return FIRST + APART * max(self.lanes.values()) + 4 if self.lanes else 0.0

    def drawn(self, x: Callable[[int], float], box: float, y: float) -> list[str]:
        """SVG of the lines, with boxes of size `box` at x(k), y."""
        lines = [line for k in self._readers for line in self._of(k, x, box, y + box / 2)]
        return [f'<g class="wires" opacity="0.5">{"".join(lines)}</g>'] if lines else []

    def _lanes(self) -> dict[int, int]:
        """By state that is read: its lane, which ends where its last reader stands."""
        ends = {s: k for k in self._readers for s in self._network.reads_of(k).states}
        lanes: dict[int, int] = {}
        free: list[int] = []  # by lane the layer from which on it is free
        for state, end in sorted(ends.items()):
            lane = next((at for at, start in enumerate(free) if start <= state), len(free))
            free[lane : lane + 1] = [end]
            lanes[state] = lane % MOST
        return lanes

    def _of(self, k: int, x: Callable[[int], float], box: float, edge: float) -> list[str]:
        reads = self._network.reads_of(k)
        count = len(reads.entries)
        parts = []
        for place, entry in enumerate(reads.entries):
            start = x(entry.state) + box * 0.3
            end = x(k) - box * (0.4 - 0.34 * place / max(1, count - 1))
            low = edge + FIRST + APART * self.lanes[entry.state]
            parts.append(
                f'<path class="wire" fill="none" stroke="currentColor" '
                f'd="M{start:.1f} {edge:.1f}V{low:.1f}H{end:.1f}V{edge:.1f}">'
                f"<title>{escape(f'layer {k} reads {reads}')}</title></path>"
            )
        if count > 1:
            parts.append(
                f'<text x="{x(k) - box / 2 - 2:.1f}" y="{edge + 2:.1f}" fill="currentColor" '
                f'font-size="11" text-anchor="end">{SIGNS[reads.combine]}</text>'
            )
        return parts
