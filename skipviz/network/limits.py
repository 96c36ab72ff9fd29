"""How large a network may be where somebody else has to compute it."""

from collections.abc import Iterable
from math import prod

from pydantic import Field

from skipviz.language import N_, _
from skipviz.network.architecture import Architecture
from skipviz.network.attending import Attention
from skipviz.network.counting import Counts
from skipviz.network.inference import Shapes
from skipviz.network.layers import FeedForward
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.sizes import channels
from skipviz.spec import Spec
from skipviz.text import value_text
from skipviz.types import Ends, Shape, is_whole

_Forms = tuple[str, str]
"""A sentence for one, and the one for many."""
_LAYERS = (
    N_("The network has {count} layer; at most {most} are allowed."),
    N_("The network has {count} layers; at most {most} are allowed."),
)
_SKIPS = (
    N_("The network has {count} skip; at most {most} are allowed."),
    N_("The network has {count} skips; at most {most} are allowed."),
)
_WIRED = (
    N_("Its layers read {count} state by wiring; at most {most} are allowed."),
    N_("Its layers read {count} states by wiring; at most {most} are allowed."),
)
_STEPS = (
    N_("The network runs for {count} time step; at most {most} are allowed."),
    N_("The network runs for {count} time steps; at most {most} are allowed."),
)
_CHANNELS = (
    N_("Layer {layer} has {count} channel; at most {most} are allowed."),
    N_("Layer {layer} has {count} channels; at most {most} are allowed."),
)
_ENTRIES = (
    N_("Layer {layer} has {count} entry; at most {most} are allowed."),
    N_("Layer {layer} has {count} entries; at most {most} are allowed."),
)
_PARAMETERS = (
    N_("The network has {count} parameter; at most {most} are allowed."),
    N_("The network has {count} parameters; at most {most} are allowed."),
)
_MACS = (
    N_("One forward pass takes {count} MAC; at most {most} are allowed."),
    N_("One forward pass takes {count} MACs; at most {most} are allowed."),
)


class Limits(Spec):
    """Caps that `Network.check` enforces; a setting of whoever runs the app.

    `width` concerns channels and units, `entries` the numbers in one state of one sample (or in
    the attention maps of one layer), `macs` one forward pass of one sample. `skips` caps what
    layers read by wiring as well.
    """

    layers: int = Field(default=1_000, ge=1)
    skips: int = Field(default=5_000, ge=0)
    time_steps: int = Field(default=100, ge=1)
    width: int = Field(default=65_536, ge=1)
    entries: int = Field(default=16_777_216, ge=1)
    parameters: int = Field(default=200_000_000, ge=1)
    macs: int = Field(default=200_000_000_000, ge=1)


def checked_depth(depth: object) -> int:
    """The number of layers to make; NetworkError, before any is made, where it is out of reach."""
    if not is_whole(depth):
        message = _("depth: give the number of layers, not {value}.", value=value_text(depth))
        raise NetworkError([Problem(message)])
    if problems := _over(_LAYERS, depth, Limits().layers):
        raise NetworkError(problems)
    return depth


def add_skips(skips: Iterable[Ends]) -> list[dict[str, object]]:
    """Add skips of ends (source, target), as data; NetworkError for what is no list of pairs."""
    try:
        return [{"kind": "add", "source": p, "target": q} for p, q in skips]
    except (TypeError, ValueError):
        message = _(
            "skips: give pairs (source, target), as in skips=((1, 3), (3, 5)), not {value}.",
            value=value_text(skips),
        )
        raise NetworkError([Problem(message)]) from None


def structure_problems(network: Architecture, limits: Limits) -> list[Problem]:
    """What is too much whatever the data."""
    return [
        *_over(_LAYERS, network.depth, limits.layers),
        *_over(_SKIPS, len(network.skips), limits.skips),
        *_over(_WIRED, _wired(network), limits.skips),
        *time_problems(network.time_steps, limits),
    ]


def time_problems(steps: int, limits: Limits) -> list[Problem]:
    """What is too much of time steps, whether the network or its data says how many there are."""
    return _over(_STEPS, steps, limits.time_steps)


def size_problems(
    network: Architecture, shapes: Shapes, counts: Counts, limits: Limits
) -> list[Problem]:
    """What is too large of a network that can be built."""
    problems = [
        problem
        for k, sizes in enumerate(_sizes(network, shapes), start=1)
        for problem in (
            *_over(_CHANNELS, max(map(channels, sizes)), limits.width, k),
            *_over(_ENTRIES, max(map(prod, sizes)), limits.entries, k),
        )
    ]
    return [
        *problems,
        *_over(_PARAMETERS, counts.parameters, limits.parameters),
        *_over(_MACS, counts.macs, limits.macs),
    ]


def _wired(network: Architecture) -> int:
    read = sum(len(reads.entries) for reads in network.wiring if reads)
    return read + sum(map(len, network.attended.values()))


def _sizes(network: Architecture, shapes: Shapes) -> Iterable[list[Shape]]:
    for layer, found in zip(network.layers, shapes.layers[:-1], strict=True):
        sizes = [found.mapped, found.inner, found.branch, found.state]
        if layer.reads:
            sizes.append(found.source)
        if isinstance(layer, FeedForward):
            sizes.append((*found.fed[:-1], 2 * layer.width))
        if isinstance(layer, Rnn | Lstm | Gru):
            sizes.append((found.fed[0], layer.gates * found.mapped[1]))
        if isinstance(layer, Attention):
            there = found.memory or found.fed
            sizes.append((layer.heads * found.fed[0] * there[0], 1))
        yield sizes


def _over(forms: _Forms, count: int, cap: int, layer: int | None = None) -> list[Problem]:
    if count <= cap:
        return []
    one, many = forms
    said = _(one if count == 1 else many, count=f"{count:,}", most=f"{cap:,}", layer=layer)
    return [Problem(said, layer=layer)]
