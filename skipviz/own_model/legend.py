"""What the drawing of a model cannot show, said below it."""

from collections import Counter

from skipviz.language import _, _n
from skipviz.own_model.blocks import MOST_ARCS, MOST_STACKED, Drawn
from skipviz.own_model.structure import Layer, Structure

MOST_NAMED = 3


def lines_below(drawn: Drawn, structure: Structure) -> list[str]:
    """What is left out, and the words that a model has to be read with."""
    return [*_not_drawn(drawn, structure), *_words(structure)]


def _not_drawn(drawn: Drawn, structure: Structure) -> list[str]:
    more = len(drawn.skips) - MOST_ARCS
    told: list[str] = []
    if more > 0:
        told.append(_("Not drawn: {count} of {all} skips.", count=more, all=len(structure.skips)))
    places = Counter((layer.lane, layer.depth) for __, layer in drawn.layers)
    below = sum(max(count - MOST_STACKED, 0) for count in places.values())
    if below:
        told.append(
            _n(
                "Not drawn: {count} layer stands below others at the same depth.",
                "Not drawn: {count} layers stand below others at the same depth.",
                below,
            )
        )
    return told


def _words(structure: Structure) -> list[str]:
    """Gate, tied."""
    told: list[str] = []
    if structure.gates:
        told.append(
            _n(
                "{count} gate, not drawn: a product with what was computed from the same data; no "
                "skip.",
                "{count} gates, not drawn: a product with what was computed from the same data; no "
                "skip.",
                len(structure.gates),
            )
        )
    tied = [_places(layer) for layer in structure.layers if layer.tied or layer.uses > 1]
    if tied:
        more = len(tied) - MOST_NAMED
        named = "; ".join(tied[:MOST_NAMED])
        if more > 0:
            named = _n(
                "{layers} and {count} more layer",
                "{layers} and {count} more layers",
                more,
                layers=named,
            )
        told.append(_("Tied, the same weights used at several places: {layers}.", layers=named))
    return told


def _places(layer: Layer) -> str:
    """The modules that share weights, or how often one module is used."""
    if layer.tied:
        both = layer.name
        for name in layer.tied:
            both = _("{list} and {last}", list=both, last=name)
        return both
    return _("{layer}, {uses} times", layer=layer.name, uses=layer.uses)
