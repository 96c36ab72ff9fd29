"""A network as SVG: the one drawing in Python, for notebooks, reports and previews of links.

It stands on any ground, light or dark: lines and words take the colour of the text around it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

from skipviz.language import _
from skipviz.network.architecture import Architecture
from skipviz.network.skips import AnySkip
from skipviz.network.wires import Wires
from skipviz.text import layer_count_text, listed_and, skip_count_text

WIDTH = 1060
PADDING = 24
LARGEST_BOX = 28.0
TALLEST_ARC = 120.0
NUMBERED = 20  # boxes; of more than that only every few have room for their number
MOST_BOXES = 200  # of more than that the middle is left out
AT_EACH_END = 60  # boxes that are drawn of such a network
GAP = 12  # places that the middle takes up when it is left out
MOST_ARCS = 500
UNKNOWN = "#DDDDE0"
LOOKS = {
    "add": ("#0072B2", ""),
    "projection": ("#9467BD", "9 5"),
    "pad": ("#56708C", "12 4 2 4"),
    "gated": ("#009E73", "1 6"),
    "shortcut_gate": ("#009E73", "8 4 1 4"),
    "concat": ("#A6761D", "6 5"),
}
"""Colour and dashes of a skip by its kind, as in the editor (ui/components/editor/arcs.css)."""


@dataclass(frozen=True)
class Paint:
    """What is shown of a layer's gradient: its colour (None: not known), in words, whether 0."""

    colour: str | None = None
    gradient: str = ""
    zero: bool = False


def drawing(network: Architecture, paints: Sequence[Paint] = ()) -> str:
    """Boxes 0..N+1 in a row, skips as arcs above them and feedback skips below; what layers read
    by wiring as straight lines below.

    `paints` are those of 0..N+1; without them no box has the colour of a gradient. Of more than
    200 boxes only those at the ends are drawn, of more than 500 skips the first, and it says so.
    """
    row = _Row(network.depth + 1)
    skips = [skip for skip in network.skips if all(map(row.shows, skip.ends))][:MOST_ARCS]
    heights = {skip.ends: _height(skip, row.spacing) for skip in skips}
    above = max((h for (p, q), h in heights.items() if p < q), default=0.0) + row.box
    below = max((h for (p, q), h in heights.items() if p >= q), default=0.0) + row.box + 20
    note = _note(row, len(network.skips) - len(skips), above + below + 14)
    wires = Wires(network, row.shows)
    below += wires.room
    arcs = [_arc(skip, heights[skip.ends], row, above) for skip in skips]
    arcs += wires.drawn(row.x, row.box, above)
    boxes = [_box(k, row, above, paints[k] if paints else Paint(), wires.room) for k in row.shown]
    title = _(
        "{layers}, {skips}",
        layers=layer_count_text(network.depth),
        skips=skip_count_text(len(network.skips)),
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="network" '
        f'viewBox="0 0 {WIDTH} {above + below + (20 if note else 0):.0f}" '
        f'style="width:100%;max-width:{WIDTH}px;height:auto" '
        f'font-family="sans-serif" role="img" aria-label="{escape(title)}">'
        f"{''.join(arcs)}{_chain(row, above, wires)}{''.join(boxes)}{note}</svg>"
    )


class _Row:
    """Where the boxes 0..last stand, and which of them are left out."""

    def __init__(self, last: int) -> None:
        self.last = last
        cut = last + 1 > MOST_BOXES
        self.hidden = range(AT_EACH_END, last + 1 - AT_EACH_END) if cut else range(0)
        self.shown = [k for k in range(last + 1) if k not in self.hidden]
        self.spacing = (WIDTH - 2 * PADDING) / self._place(last)
        self.box = min(LARGEST_BOX, self.spacing * 0.7)

    def shows(self, k: int) -> bool:
        return k not in self.hidden

    def x(self, k: int) -> float:
        return PADDING + self._place(k) * self.spacing

    def _place(self, k: int) -> int:
        return k - len(self.hidden) + GAP if self.hidden and k >= self.hidden.stop else k


def _note(row: _Row, skips: int, y: float) -> str:
    """What is left out, in words; nothing where all is drawn."""
    left_out: list[str] = []
    if row.hidden:
        first, last = row.hidden[0], row.hidden[-1]
        left_out.append(_("layers {first} to {last}", first=first, last=last))
    if skips:
        left_out.append(skip_count_text(skips))
    if not left_out:
        return ""
    text = escape(_("Not drawn: {list}.", list=listed_and(left_out)))
    return f'<text class="note" x="{WIDTH / 2}" y="{y:.1f}"{_WORDS}>{text}</text>'


_WORDS = ' fill="currentColor" font-size="11" text-anchor="middle"'


def _chain(row: _Row, y: float, wires: Wires) -> str:
    """The line through all boxes, dashed where some are left out, with gaps where layers read
    others than the one before."""
    if wires.lanes and not row.hidden:
        return "".join(_line(row.x(k - 1), row.x(k), y) for k in wires.chained)
    if not row.hidden:
        return _line(row.x(0), row.x(row.last), y)
    left, right = row.x(row.hidden.start - 1), row.x(row.hidden.stop)
    dashed = _line(left, right, y, ' stroke-dasharray="2 6"')
    return _line(row.x(0), left, y) + dashed + _line(right, row.x(row.last), y)


def _line(start: float, end: float, y: float, more: str = "") -> str:
    return (
        f'<line class="chain" x1="{start:.1f}" y1="{y:.1f}" x2="{end:.1f}" y2="{y:.1f}" '
        f'stroke="currentColor" stroke-opacity="0.5"{more}/>'
    )


def _height(skip: AnySkip, spacing: float) -> float:
    return min(TALLEST_ARC, 14 + 5 * sqrt(abs(skip.target - skip.source) * spacing))


def _arc(skip: AnySkip, height: float, row: _Row, y: float) -> str:
    forward = skip.source < skip.target
    start, end = map(row.x, skip.ends)
    if skip.source == skip.target:
        start, end = start - row.box / 2, end + row.box / 2
    edge, top = (y - row.box / 2, y - height) if forward else (y + row.box / 2, y + height)
    control = edge + (top - edge) * 4 / 3
    title = escape(
        _(
            "{kind} {source} → {target}",
            kind=_(skip.kind),
            source=skip.source,
            target=skip.target,
        )
    )
    colour, dashes = LOOKS[skip.kind]
    dashed = f' stroke-dasharray="{dashes}" stroke-linecap="round"' if dashes else ""
    return (
        f'<path class="skip" fill="none" stroke="{colour}" stroke-width="2"{dashed} '
        f'd="M{start:.1f} {edge:.1f}C{start:.1f} {control:.1f} '
        f'{end:.1f} {control:.1f} {end:.1f} {edge:.1f}"><title>{title}</title></path>'
    )


def _box(k: int, row: _Row, y: float, paint: Paint, lanes: float) -> str:
    x, box, last = row.x(k), row.box, row.last
    name = {0: "x", last: "out"}.get(k, str(k))
    every = -(-len(row.shown) // NUMBERED)
    numbered = k in (0, last) or (k % every == 0 and last - k >= every)
    under = y + box / 2 + 16 + lanes
    number = f'<text x="{x:.1f}" y="{under:.1f}"{_WORDS}>{name}</text>' if numbered else ""
    title = f"{name}: |∂L/∂W| {paint.gradient}" if paint.gradient else name
    return (
        f'<rect x="{x - box / 2:.1f}" y="{y - box / 2:.1f}" width="{box:.1f}" '
        f'height="{box:.1f}" rx="{min(4.0, box / 4):.1f}" stroke="#6B7180" '
        f'fill="{paint.colour or UNKNOWN}"><title>{escape(title)}</title></rect>'
        f"{_slash(x, y, box) if paint.zero else ''}{number}"
    )


def _slash(x: float, y: float, box: float) -> str:
    """Through a box whose gradient is exactly 0."""
    reach = box * 0.44
    ends = f"M{x - reach:.1f} {y + reach:.1f}L{x + reach:.1f} {y - reach:.1f}"
    look = 'stroke="#1B1F2E" stroke-width="1.6" pointer-events="none"'
    return f'<path class="zero" {look} d="{ends}"/>'
