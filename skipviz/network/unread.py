"""States on which no output of a network depends, and weights that read nothing but 0."""

from collections.abc import Callable

from skipviz.language import N_, _
from skipviz.network.architecture import Architecture
from skipviz.network.attending import Attention
from skipviz.network.fixes import rewiring, ways_text
from skipviz.network.problems import Edit, Fix, Problem
from skipviz.network.skips import AnySkip
from skipviz.network.styles import Activation, Style, of_state
from skipviz.network.tokens import Latents
from skipviz.network.wiring import (
    MOST_ENTRIES,
    NOT_THROUGH_ZERO,
    Combine,
    Entry,
    Reads,
    one_state,
)

NOT_AT_ZERO: frozenset[Activation] = frozenset({"sigmoid", "softplus", "hard_sigmoid"})
"""Those that make something of 0."""
CanRead = Callable[[int, Reads], bool]
"""Whether layer k (N + 1: the readout) could read this."""
_UNREAD = N_("Nothing reads layer {layer}. {fixes}.")
_LOST = N_("Nothing leads to the readout from layer {layer}. {fixes}.")
_COMBINES: tuple[Combine, ...] = ("concat", "add", "multiply")


def unreached(network: Architecture) -> list[int]:
    """The layers from which nothing leads to the readout: no layer, no skip."""
    if not network.is_wired:
        return []
    reached = _reached(network)
    return [k for k in range(1, network.depth + 1) if k not in reached]


def _reached(network: Architecture) -> set[int]:
    """The states from which something leads to the readout."""
    read = _read_by(network)
    reached, waiting = {network.depth + 1}, [network.depth + 1]
    while waiting:
        new = read[waiting.pop()] - reached
        reached |= new
        waiting += new
    return reached


def zeros_stay(network: Architecture, skip: AnySkip) -> bool:
    """Whether zeros in place of what a skip appends reach the weights that read them as zeros.

    Told from the activations and norms on the way, in doubt no.
    """
    if skip.target > network.depth:
        return True
    inside = skip.join != "output" and network.style(skip.target).activation in NOT_AT_ZERO
    if inside or of_state(network.layers[skip.target - 1].state_norm):
        return False
    behind = range(skip.target + 1, network.depth + 1)
    entries = [entry for k in (*behind, network.depth + 1) for entry in network.reads_of(k).entries]
    return not any(_changes_zero(network.style(k)) for k in behind) and not any(
        entry.activation in NOT_THROUGH_ZERO for entry in entries
    )


def _changes_zero(style: Style) -> bool:
    """Whether a layer's weights see something else than 0 where it reads 0."""
    return style.order == "pre" and (of_state(style.norm) or style.activation in NOT_AT_ZERO)


def unread_problems(network: Architecture, can_read: CanRead) -> list[Problem]:
    """One for each of them that nothing reads; fixes let the layer behind it read it too, or
    remove it."""
    lost = unreached(network)
    if not lost:
        return _input_problems(network)
    read = set().union(*_read_by(network).values())
    ends = [k for k in lost if k not in read]
    template = _UNREAD if ends else _LOST
    return [_problem(network, k, template, can_read) for k in ends or lost[-1:]]


def _read_by(network: Architecture) -> dict[int, set[int]]:
    """By layer (N + 1: the readout) the states that it or a skip into it reads."""
    found = {k: {*network.sources_of(k)} for k in range(network.depth + 2)[1:]}
    for skip in network.skips:
        found[skip.target].add(skip.source)
    return found | {0: set()}


def _input_problems(network: Architecture) -> list[Problem]:
    """Of a network whose layers begin with learned vectors alone."""
    if not network.is_wired or 0 in _reached(network):
        return []
    layers = list(enumerate(network.layers, start=1))
    learned = [k for k, layer in layers if isinstance(layer, Latents)]
    fixes = [
        Fix(_("Let layer {layer} attend to the input", layer=k), (_attending(k),))
        for k in [k for k, layer in layers if isinstance(layer, Attention)][:1]
    ]
    if network.depth > 1:
        fixes.append(Fix(_("Remove the latents"), ({"do": "remove_layer", "layer": learned[0]},)))
    said = _("Nothing reads the input: the output is the same for every sample.")
    if fixes:
        said = _(
            "Nothing reads the input: the output is the same for every sample. {fixes}.",
            fixes=ways_text(fixes),
        )
    return [Problem(said, layer=learned[0], fixes=tuple(fixes))]


def _attending(k: int) -> Edit:
    return {"do": "change_layer", "layer": k, "memory": 0}


def _problem(network: Architecture, k: int, template: str, can_read: CanRead) -> Problem:
    reader = _("the readout") if k == network.depth else _("layer {layer}", layer=k + 1)
    too = _("Let {reader} read it too", reader=reader)
    ways = [way for way in _ways(network, k) if can_read(k + 1, way)]
    fixes = [Fix(too, (rewiring(k + 1, way),)) for way in ways[:1]]
    if network.depth == 1:
        alone = _("Let {reader} read it alone", reader=reader)
        fixes.append(Fix(alone, (rewiring(k + 1, one_state(k)),)))
    else:
        fixes.append(Fix(_("Remove the layer"), ({"do": "remove_layer", "layer": k},)))
    return Problem(_(template, layer=k, fixes=ways_text(fixes)), layer=k, fixes=tuple(fixes))


def _ways(network: Architecture, k: int) -> list[Reads]:
    """What the layer behind it reads, and state k with it."""
    entries = (*network.reads_of(k + 1).entries, Entry(state=k))
    if len(entries) > MOST_ENTRIES:
        return []
    first = network.reads_of(k + 1).combine
    combines = [first, *(how for how in _COMBINES if how != first)]
    return [Reads(entries=entries, combine=how) for how in combines]
