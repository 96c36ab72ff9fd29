"""What layers read by wiring as straight lines below the boxes of a drawing, in lanes."""

from collections.abc import Callable
from html import escape

from skipviz.language import N_, _
from skipviz.network.architecture import Architecture

FIRST = 8.0  # from the boxes to the first lane
APART = 6.0
MOST = 6  # lanes; of more, some share one
SIGNS = {"concat": "[ ]", "add": "+", "multiply": "×"}
_READS = N_("layer {layer} reads {reads}")
_READOUT = N_("the readout reads {reads}")
_SAID = {
    "memory": N_("layer {layer} attends to {state}"),
    "values": N_("layer {layer} takes its values from {state}"),
}


class Wires:
    """The lines of a network; those of layers that are not shown are left out."""

    def __init__(self, network: Architecture, shows: Callable[[int], bool]) -> None:
        last = network.depth + 1
        self._network = network
        drawn = {k: self._wires(k) for k in range(1, last + 1)}
        self._readers = [
            k for k, states in drawn.items() if states and all(map(shows, (k, *states)))
        ]
        self.chained = [
            k for k, reads in enumerate(network.wiring, 1) if not reads and network.sources_of(k)
        ]
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

    def _wires(self, k: int) -> tuple[int, ...]:
        """The states that lines lead from to layer k: what it says it reads, and attends to."""
        read = self._network.reads_of(k).states if self._network.wiring[k - 1] else ()
        return (*read, *self._network.attended_by(k).values())

    def _lanes(self) -> dict[int, int]:
        """By state that is read: its lane, which ends where its last reader stands."""
        ends = {s: k for k in self._readers for s in self._wires(k)}
        lanes: dict[int, int] = {}
        free: list[int] = []  # by lane the layer from which on it is free
        for state, end in sorted(ends.items()):
            lane = next((at for at, start in enumerate(free) if start <= state), len(free))
            free[lane : lane + 1] = [end]
            lanes[state] = lane % MOST
        return lanes

    def _of(self, k: int, x: Callable[[int], float], box: float, edge: float) -> list[str]:
        reads, states = self._network.reads_of(k), self._wires(k)
        count, fields = len(states), [*self._network.attended_by(k)]
        parts = []
        for place, state in enumerate(states):
            at = place - (count - len(fields))
            said = (
                _(_SAID[fields[at]], layer=k, state=state)
                if at >= 0
                else _(_READOUT if k > self._network.depth else _READS, layer=k, reads=str(reads))
            )
            start = x(state) + box * 0.3
            end = x(k) - box * (0.4 - 0.34 * place / max(1, count - 1))
            low = edge + FIRST + APART * self.lanes[state]
            parts.append(
                f'<path class="wire" fill="none" stroke="currentColor" '
                f'd="M{start:.1f} {edge:.1f}V{low:.1f}H{end:.1f}V{edge:.1f}">'
                f"<title>{escape(said)}</title></path>"
            )
        if len(reads.entries) > 1:
            parts.append(
                f'<text x="{x(k) - box / 2 - 2:.1f}" y="{edge + 2:.1f}" fill="currentColor" '
                f'font-size="11" text-anchor="end">{SIGNS[reads.combine]}</text>'
            )
        return parts
