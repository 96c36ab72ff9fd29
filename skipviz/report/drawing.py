"""The network of a run as SVG, its layers in the colour of their gradient."""

from dataclasses import dataclass
from html import escape
from math import sqrt

from skipviz.figures import editor_gradients
from skipviz.network import AnySkip
from skipviz.training.run import Run

WIDTH = 1060
MARGIN = 24
LARGEST_BOX = 28.0
TALLEST_ARC = 120.0
NUMBERED = 20  # layers; of more than that only every few have room for their number
UNKNOWN = "#DDDDE0"


def drawing(run: Run, arm: str) -> str:
    """Boxes 0..N+1 in a row, skips as arcs above them and feedback skips below."""
    network = run.network
    last = network.depth + 1
    spacing = (WIDTH - 2 * MARGIN) / last
    box = min(LARGEST_BOX, spacing * 0.7)
    heights = {skip.ends: _height(skip, spacing) for skip in network.skips}
    above = max((h for (p, q), h in heights.items() if p < q), default=0.0) + box
    below = max((h for (p, q), h in heights.items() if p >= q), default=0.0) + box + 20
    arcs = [_arc(skip, heights[skip.ends], spacing, above, box) for skip in network.skips]
    layers = _layers(run, arm)
    boxes = [_box(k, last, spacing, above, box, layers[k]) for k in range(last + 1)]
    chain = (
        f'<line class="chain" x1="{MARGIN}" y1="{above:.1f}" x2="{WIDTH - MARGIN}" '
        f'y2="{above:.1f}"/>'
    )
    title = f"{network.depth} layers, {len(network.skips)} skips"
    return (
        f'<svg viewBox="0 0 {WIDTH} {above + below:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(arcs)}{chain}{''.join(boxes)}</svg>"
    )


def _height(skip: AnySkip, spacing: float) -> float:
    return min(TALLEST_ARC, 14 + 5 * sqrt(abs(skip.target - skip.source) * spacing))


def _arc(skip: AnySkip, height: float, spacing: float, y: float, box: float) -> str:
    forward = skip.source < skip.target
    start, end = (MARGIN + k * spacing for k in skip.ends)
    if skip.source == skip.target:
        start, end = start - box / 2, end + box / 2
    edge, top = (y - box / 2, y - height) if forward else (y + box / 2, y + height)
    control = edge + (top - edge) * 4 / 3
    title = escape(f"{skip.kind} {skip.source} → {skip.target}")
    return (
        f'<path class="skip" d="M{start:.1f} {edge:.1f}C{start:.1f} {control:.1f} '
        f'{end:.1f} {control:.1f} {end:.1f} {edge:.1f}"><title>{title}</title></path>'
    )


@dataclass(frozen=True)
class _Layer:
    """The colour of its gradient, and the gradient in words ("" for the input)."""

    colour: str
    gradient: str = ""
    zero: bool = False


def _box(k: int, last: int, spacing: float, y: float, box: float, layer: _Layer) -> str:
    x = MARGIN + k * spacing
    name = {0: "x", last: "out"}.get(k, str(k))
    every = -(-last // NUMBERED)
    shown = k in (0, last) or (k % every == 0 and last - k >= every)
    number = f'<text x="{x:.1f}" y="{y + box / 2 + 16:.1f}">{name}</text>' if shown else ""
    title = f"{name}: |∂L/∂W| {layer.gradient}" if layer.gradient else name
    return (
        f'<rect x="{x - box / 2:.1f}" y="{y - box / 2:.1f}" width="{box:.1f}" '
        f'height="{box:.1f}" rx="4" fill="{layer.colour}"><title>{escape(title)}</title></rect>'
        f"{_slash(x, y, box) if layer.zero else ''}{number}"
    )


def _slash(x: float, y: float, box: float) -> str:
    """Through a box whose gradient is exactly 0."""
    reach = box * 0.44
    ends = f"M{x - reach:.1f} {y + reach:.1f}L{x + reach:.1f} {y - reach:.1f}"
    return f'<path class="zero" d="{ends}"/>'


def _layers(run: Run, arm: str) -> list[_Layer]:
    """Of 0..N+1; the input has no weights."""
    drawn = next(each for each in editor_gradients(run)["arms"] if each["name"] == arm)
    pairs = zip(drawn["layers"], drawn["values"], strict=True)
    found = [
        _Layer(colour or UNKNOWN, text, k in drawn["zeros"])
        for k, (colour, text) in enumerate(pairs, start=1)
    ]
    return [_Layer(UNKNOWN), *found]


def has_zeros(run: Run, arm: str) -> bool:
    """Whether some layer of the drawing has a gradient of exactly 0."""
    return any(layer.zero for layer in _layers(run, arm))
