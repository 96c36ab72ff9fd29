"""A model as SVG: every layer at its depth, every skip as an arc over what it passes by.

It stands on any ground, light or dark: lines and words take the colour of the text around it.
"""

from collections.abc import Collection, Sequence
from html import escape
from math import sqrt

from skipviz.language import N_, _, _n
from skipviz.network.drawing import UNKNOWN, Paint
from skipviz.own_model.blocks import MOST_ARCS, MOST_STACKED, Drawn, Fold, folded_blocks, members
from skipviz.own_model.legend import lines_below
from skipviz.own_model.sections import sections
from skipviz.own_model.structure import Kind, Layer, Skip, Structure
from skipviz.text import layer_count_text, listed, skip_count_text

WIDTH = 1060
PADDING = 36
LARGEST_BOX = 16.0
TALLEST_ARC = 110.0
MOST_BROAD = 150  # arcs
_LINE = 16.0
_LETTER = 6.4  # wide, at most on average
_COLOURS: dict[str, str] = {
    "add": "#0072B2", "projection": "#009E73", "gated": "#8A5FB0", "concat": "#B0487F",
    "split": "#D55E00", "pooled": "#7A8191",
}  # fmt: skip


def colour_of(kind: Kind) -> str:
    """Of the arcs of a kind; what concatenates has one colour."""
    return _COLOURS["concat" if kind.endswith("concat") else kind]


def drawing(
    structure: Structure,
    paints: Sequence[Paint] = (),
    chosen: Sequence[int] = (),
    cut: Collection[int] | None = None,
) -> str:
    """Layers in a lane per tower, from the input at the left; skips as arcs above them.

    `paints` are those of the layers, in their order; skips numbered in `chosen` are drawn bold.
    With `cut` every arc is a switch, for mouse and keyboard, and those of these skips are pale.
    Of deep models repeated blocks are drawn once and counted. Of more than 1000 skips the first
    are drawn, and it says so.
    """
    drawn = folded_blocks(structure)
    arcs = _Arcs(structure, drawn, chosen, cut)
    lanes = sorted({layer.lane for layer in structure.layers} | {s.lane for s in structure.skips})
    row = _Row(drawn, structure.depth)
    top, parts = 0.0, []
    left = MOST_ARCS
    for lane in lanes or [0]:
        skips = [skip for skip in drawn.skips if skip.lane == lane][:left]
        left -= len(skips)
        lane_parts, height = _lane(row, drawn, lane, skips, paints, arcs, top)
        parts.append(lane_parts)
        top += height
    note, below = _notes(drawn, structure, top)
    title = _(
        "{model}: {layers}, {skips}",
        model=structure.model,
        layers=layer_count_text(len(structure.layers)),
        skips=skip_count_text(len(structure.skips)),
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="own-model" '
        f'viewBox="0 0 {WIDTH} {top + below:.0f}" '
        f'style="width:100%;max-width:{WIDTH}px;height:auto" '
        f'font-family="sans-serif" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}{note}</svg>"
    )


class _Row:
    """Where depths are."""

    def __init__(self, drawn: Drawn, depth: int) -> None:
        self._drawn = drawn
        starts = [each.depth for _, each in drawn.layers] + [s.from_depth for s in drawn.skips]
        self._first = drawn.place(min(starts, default=0))
        self.spacing = (WIDTH - 2 * PADDING) / max(drawn.place(depth) - self._first, 1)
        self.box = max(min(LARGEST_BOX, self.spacing * 0.7), 2.0)

    def x(self, depth: float) -> float:
        return PADDING + (self._drawn.place(depth) - self._first) * self.spacing


def _lane(
    row: _Row,
    drawn: Drawn,
    lane: int,
    skips: Sequence[Skip],
    paints: Sequence[Paint],
    drawn_as: "_Arcs",
    top: float,
) -> tuple[str, float]:
    """The parts of one tower, and how high it is."""
    heights = [_height(row, skip) for skip in skips]
    y = top + max(heights, default=20.0) + row.box
    arcs = "".join(
        drawn_as.arc(row, skip, height, y) for skip, height in zip(skips, heights, strict=True)
    )
    mine = [(k, layer) for k, layer in drawn.layers if layer.lane == lane]
    boxes, stacked = [], 0
    places: dict[float, int] = {}
    for k, layer in mine:
        above = places.get(row.x(layer.depth), 0)
        places[row.x(layer.depth)] = above + 1
        if above < MOST_STACKED:
            paint = paints[k] if paints else Paint()
            boxes.append(_box(row, k, layer, y + above * (row.box + 2), paint))
            stacked = max(stacked, above)
    ends = [row.x(layer.depth) for __, layer in mine] or [PADDING]
    line = (
        f'<line class="chain" x1="{min(ends):.1f}" x2="{max(ends):.1f}" y1="{y:.1f}" y2="{y:.1f}" '
        'stroke="currentColor" stroke-opacity="0.5"/>'
    )
    below = y + (stacked + 0.5) * (row.box + 2)
    folds = "".join(_fold(row, fold, below) for fold in drawn.folds)
    below += 26 if folds else 12
    words = _names(row, [layer for _, layer in mine], below)
    return f"{arcs}{line}{''.join(boxes)}{folds}{words}", below - top + (14 if words else 0)


def _height(row: _Row, skip: Skip) -> float:
    return min(TALLEST_ARC, 12 + 4 * sqrt(abs(row.x(skip.to_depth) - row.x(skip.from_depth)) * 2))


_ONCE = N_("{kind}: {name}, {where}")
_USED = N_("{kind}: {name}, {where}, used {uses} times")


class _Arcs:
    """How skips are drawn: as they are, or as switches."""

    def __init__(
        self,
        structure: Structure,
        drawn: Drawn,
        chosen: Sequence[int],
        cut: Collection[int] | None,
    ) -> None:
        self._chosen, self._cut = chosen, cut
        self._members = members(structure, drawn) if cut is not None else {}
        self._width = 1.6 if len(drawn.skips) <= MOST_BROAD else 0.8

    def arc(self, row: _Row, skip: Skip, height: float, y: float) -> str:
        """One arc; of repeated blocks it stands for those of all of them."""
        start, end = row.x(skip.from_depth), row.x(skip.to_depth)
        edge = y - row.box / 2
        control = edge - height * 4 / 3
        path = (
            f'd="M{start:.1f} {edge:.1f}C{start:.1f} {control:.1f} {end:.1f} {control:.1f} '
            f'{end:.1f} {edge:.1f}"'
        )
        name = f"{skip.source} → {skip.target or _('the model')}"
        template = _USED if skip.uses > 1 else _ONCE
        title = _(template, kind=_(skip.kind), name=name, where=skip.where, uses=skip.uses)
        dash = ' stroke-dasharray="5 3"' if skip.kind.startswith("projection") else ""
        line = (
            f'<path class="skip" data-skip="{skip.index}" fill="none" '
            f'stroke="{colour_of(skip.kind)}" '
            f'stroke-width="{3.5 if skip.index in self._chosen else self._width}"{dash} {path}>'
        )
        if self._cut is None:
            return f"{line}<title>{escape(title)}</title></path>"
        return self._switch(skip, title, f"{line}</path>", path)

    def _switch(self, skip: Skip, title: str, line: str, path: str) -> str:
        mine = self._members.get(skip.index, [skip.index])
        without = sum(index in (self._cut or ()) for index in mine)
        pressed = "true" if without == len(mine) else "mixed" if without else "false"
        if len(mine) > 1:
            title = _n(
                "{skip} and {count} skip like it",
                "{skip} and {count} skips like it",
                len(mine) - 1,
                skip=title,
            )
        mixed = _("{count} of {all} cut", count=without, all=len(mine))
        state = {"true": _("cut"), "mixed": mixed, "false": _("in place")}
        said = escape(_("{skip}: {state}", skip=title, state=state[pressed]))
        return (
            f'<g class="switch" role="button" tabindex="0" aria-pressed="{pressed}" '
            f'aria-label="{said}" data-members="{" ".join(map(str, mine))}">'
            f'<path class="reach" fill="none" stroke="transparent" stroke-width="12" {path}></path>'
            f"{line}<title>{said}</title></g>"
        )


def _box(row: _Row, number: int, layer: Layer, y: float, paint: Paint) -> str:
    x, box = row.x(layer.depth), row.box
    gradient = [f"|∂L/∂W| {paint.gradient}"] if paint.gradient else []
    told = [layer.name, *(gradient if layer.trained else [_("frozen")])]
    told += [_("used {uses} times", uses=layer.uses)] if layer.uses > 1 else []
    told += [_("tied to {layers}", layers=listed(layer.tied))] if layer.tied else []
    slash = ""
    if paint.zero:
        reach = box * 0.44
        slash = (
            f'<path class="zero" stroke="#1B1F2E" stroke-width="1.6" pointer-events="none" '
            f'd="M{x - reach:.1f} {y + reach:.1f}L{x + reach:.1f} {y - reach:.1f}"/>'
        )
    return (
        f'<rect class="layer" data-layer="{number}" '
        f'x="{x - box / 2:.1f}" y="{y - box / 2:.1f}" width="{box:.1f}" height="{box:.1f}" '
        f'rx="{box / 6:.1f}" stroke="#6B7180" '
        f'fill="{paint.colour or UNKNOWN}"><title>{escape("; ".join(told))}</title></rect>{slash}'
    )


_WORDS = ' fill="currentColor" font-size="11" text-anchor="middle"'


def _fold(row: _Row, fold: Fold, y: float) -> str:
    start, end = row.x(fold.start), row.x(fold.start + fold.period)
    left, right = start - row.box / 2, end - row.box / 2
    return (
        f'<path class="fold" fill="none" stroke="currentColor" stroke-opacity="0.6" '
        f'd="M{left:.1f} {y:.1f}v4H{right:.1f}v-4"/>'
        f'<text class="fold" x="{(left + right) / 2:.1f}" y="{y + 17:.1f}"{_WORDS}>'
        f"× {fold.times}</text>"
    )


def _names(row: _Row, layers: Sequence[Layer], y: float) -> str:
    """What the parts of a tower are called, in full or by the last word, as far as there is room;
    the widest have it first."""
    words: list[str] = []
    taken: list[tuple[float, float]] = []
    parts = sections(layers) if len(layers) > 1 else []
    for part in sorted(parts, key=lambda each: row.x(each.start) - row.x(each.end)):
        centre = (row.x(part.start) + row.x(part.end)) / 2
        for name in (part.name, part.name.rpartition(".")[2]):
            half = _LETTER * (len(name) + 1) / 2
            start, end = centre - half, centre + half
            if start >= 0 and end <= WIDTH and not any(start < e and s < end for s, e in taken):
                words.append(
                    f'<text class="part" x="{centre:.1f}" y="{y + 8:.1f}"{_WORDS} '
                    f'fill-opacity="0.8">{escape(name)}</text>'
                )
                taken.append((start, end))
                break
    return "".join(words)


def _notes(drawn: Drawn, structure: Structure, top: float) -> tuple[str, float]:
    """What the drawing cannot show, a line each, and the room that it takes."""
    lines = lines_below(drawn, structure)
    parts = [
        f'<text class="note" x="{WIDTH / 2}" y="{top + 12 + _LINE * k:.1f}"{_WORDS}>'
        f"{escape(line)}</text>"
        for k, line in enumerate(lines)
    ]
    return "".join(parts), 4.0 + _LINE * len(lines)
