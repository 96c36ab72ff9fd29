"""What a layer reads, as a formula with its derivatives by every state in it.

    concat     [r_1, r_2, ..]    the derivative by r_e is E^(e), the identity at its place
    add        r_1 + r_2 + ..
    multiply   r_1 * r_2 ..      the derivative by r_e is the diagonal of all the others

Where a vector is spread over positions, or a channel over channels, B^(e) does it.
"""

from collections.abc import Iterator
from dataclasses import replace

from skipviz.export.formulas.meanings import activation_lines
from skipviz.export.formulas.nodes import Node, Term
from skipviz.export.formulas.symbols import Symbols, bold, indexed
from skipviz.language import _
from skipviz.network import Network, Reads
from skipviz.network.wiring import Entry

ODOT = r" \odot "


def read(node: Node, reads: Reads, symbols: Symbols, *, vectors: bool) -> Node:
    """The value that the layer of an empty `node` reads; `vectors`: all states are vectors."""
    k = node.layer
    parts = [_entry(node, k, place, entry, symbols) for place, entry in enumerate(reads.entries, 1)]
    if len(parts) == 1:
        return parts[0]
    if reads.combine == "concat":
        return _concatenated(parts, k)
    if not vectors:
        parts = [p.through(p.value, _placed("B", k, e)) for e, p in enumerate(parts, 1)]
    if reads.combine == "multiply":
        parts = [_times(part, [o for o in parts if o is not part]) for part in parts]
    sign = " + " if reads.combine == "add" else ODOT
    return _together(parts, sign.join(part.value for part in parts))


def reading_lines(network: Network, k: int, *, vectors: bool) -> Iterator[str]:
    """What the symbols of a reading stand for."""
    reads = network.reads_of(k)
    count = len(reads.entries)
    for place, entry in enumerate(reads.entries, start=1):
        if entry.activation not in ("identity", "complement"):
            yield from activation_lines((k,), entry.activation, _over(place))
    for place in range(1, count + 1) if count > 1 else ():
        if reads.combine == "concat":
            rows = [r"\bm{0}"] * (place > 1) + [r"\bm{I}"] + [r"\bm{0}"] * (place < count)
            matrix = r" \\ ".join(rows)
            said = _("entry {place} at its place", place=place)
            yield (
                rf"{_placed('E', k, place)} &= \begin{{bmatrix}} {matrix} \end{{bmatrix}}"
                rf"\quad \text{{{said}}}"
            )
        elif not vectors:
            said = _(
                "entry {place} spread over positions and channels; {unit} where its shape is that "
                "of the others",
                place=place,
                unit=r"}\bm{I}\text{",
            )
            yield rf"{_placed('B', k, place)} &= \text{{{said}}}"


def _entry(node: Node, k: int, place: int, entry: Entry, symbols: Symbols) -> Node:
    source = symbols.state(entry.state)
    part = replace(node, value=source.tex(), terms=(Term(source),))
    if entry.activation == "complement":
        ones = rf"\left(\bm{{1}} - {part.value}\right)"
        return part.through(ones, r"\left(-\bm{I}\right)")
    if entry.activation == "identity":
        return part
    function = indexed("a", k) + _over(place)
    return part.through(rf"{function}\left({part.value}\right)", _placed("A", k, place))


def _concatenated(parts: list[Node], k: int) -> Node:
    placed = [part.through(part.value, _placed("E", k, e)) for e, part in enumerate(parts, 1)]
    values = r",\, ".join(part.value for part in parts)
    return replace(_together(placed, rf"\left[{values}\right]"), is_sum=False)


def _times(part: Node, others: list[Node]) -> Node:
    product = ODOT.join(other.value for other in others)
    return part.through(part.value, rf"\operatorname{{diag}}\left({product}\right)")


def _together(parts: list[Node], value: str) -> Node:
    first, *others = parts
    for part in others:
        first = first.plus(part.value, part.terms, ())
    return replace(first, value=value, is_sum=True)


def _placed(letter: str, k: int, place: int) -> str:
    return indexed(bold(letter), k) + _over(place)


def _over(place: int) -> str:
    return f"^{{({place})}}"
