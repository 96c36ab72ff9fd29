"""The network as a whole: how deep and wide it is, and by which rule its skips are placed.

A rule holds for any depth N, so that a network that gets deeper keeps it:

none          the bare chain
every n       p = 1, 1+n, .. while p + n <= N; q = p + n: blocks of n layers, a skip around each
              (n = 1: every layer reads the one before it twice)
from input    p = 0; q = 2 .. N
"""

import re
from collections.abc import Mapping
from typing import Any

from skipviz.language import _
from skipviz.network.changes import changed_skip, parse_skip
from skipviz.network.layers import Conv1d, Conv2d, Dense
from skipviz.network.limits import checked_depth
from skipviz.network.network import Network
from skipviz.network.problems import NetworkError, Problem
from skipviz.network.ranges import paste_layers, rebuilt, remove_layers
from skipviz.network.recurrent import Gru, Lstm, Rnn
from skipviz.network.skips import AnySkip
from skipviz.network.structure import no_layer
from skipviz.types import Ends

NONE, ALL, FROM_INPUT = "none", "every 1", "from input"
_EVERY = re.compile(r"every ([1-9]\d{0,3})")


def every_nth(depth: int, n: int) -> tuple[Ends, ...]:
    """Blocks of n layers back to back, a skip around each.

    >>> every_nth(6, 2)
    ((1, 3), (3, 5))
    """
    return tuple((p, p + n) for p in range(1, depth - n + 1, n))


def ends_of(pattern: str, depth: int) -> tuple[Ends, ...]:
    """Where a rule puts skips in a chain of this depth; NetworkError for a rule there is not.

    >>> ends_of("from input", 4)
    ((0, 2), (0, 3), (0, 4))
    """
    if pattern == NONE:
        return ()
    if pattern == FROM_INPUT:
        return tuple((0, q) for q in range(2, depth + 1))
    if counted := _EVERY.fullmatch(pattern):
        return every_nth(depth, int(counted[1]))
    raise NetworkError([Problem(_("There is no rule {rule} for skips.", rule=f"{pattern!r:.60}"))])


def pattern_of(network: Network) -> str | None:
    """The rule by which the skips are placed; None where they follow none, or differ in kind.

    >>> import skipviz as sv
    >>> pattern_of(sv.presets.load("default"))
    'every 2'
    """
    ends = {skip.ends for skip in network.skips}
    if not ends:
        return NONE
    like, *others = map(_options, network.skips)
    if any(options != like for options in others):
        return None
    source, target = network.skips[0].ends
    rules = [FROM_INPUT, *([f"every {target - source}"] if target > source else [])]
    return next((rule for rule in rules if ends == set(ends_of(rule, network.depth))), None)


def place_skips(network: Network, pattern: str) -> Network:
    """The network with skips by this rule and no others, like the first of those it has.

    NetworkError lists every problem.
    """
    options = _options(network.skips[0]) if network.skips else {"kind": "add"}
    return rebuilt(network, skips=_placed(pattern, network.depth, options))


def change_kind(network: Network, kind: str) -> Network:
    """The network with all its skips of this kind."""
    skips = [changed_skip(skip, kind) for skip in network.skips]
    return rebuilt(network, skips=skips)


def change_depth(network: Network, depth: int) -> Network:
    """The network with this many layers; the last one is repeated, or layers go from the end.

    Skips placed by a rule follow it; of others those go whose layers are gone.
    """
    if checked_depth(depth) < 1:
        raise NetworkError([Problem(no_layer())])
    if depth < network.depth:
        changed = remove_layers(network, depth + 1, network.depth)
    elif depth > network.depth:
        last = network.insert_layer(network.depth + 1).layers[-1].model_dump()
        changed = paste_layers(network, network.depth + 1, [last] * (depth - network.depth))
    else:
        return network
    pattern = pattern_of(network)
    if pattern is None or not network.skips:
        return changed
    return rebuilt(changed, skips=_placed(pattern, depth, _options(network.skips[0])))


def width_of(network: Network) -> int | None:
    """The size that all dense, recurrent and convolutional layers share; None where they differ or
    there are none.

    >>> import skipviz as sv
    >>> width_of(sv.presets.load("default"))
    64
    """
    sizes = {_size(layer) for layer in network.layers} - {None}
    return sizes.pop() if len(sizes) == 1 else None


def change_width(network: Network, width: int) -> Network:
    """The network whose dense and recurrent layers have `width` units, its convolutions as many
    channels."""
    layers = [
        layer.model_dump() | {name: width} if (name := _named_size(layer)) else layer
        for layer in network.layers
    ]
    return rebuilt(network, layers=layers)


def _placed(pattern: str, depth: int, options: Mapping[str, Any]) -> list[AnySkip]:
    ends = ends_of(pattern, depth)
    return [parse_skip({**options, "source": p, "target": q}) for p, q in ends]


def _size(layer: object) -> int | None:
    name = _named_size(layer)
    return getattr(layer, name) if name else None


def _named_size(layer: object) -> str | None:
    if isinstance(layer, Dense | Rnn | Lstm | Gru):
        return "width"
    return "channels" if isinstance(layer, Conv1d | Conv2d) else None


def _options(skip: AnySkip) -> dict[str, Any]:
    return skip.model_dump(exclude={"source", "target"}, exclude_defaults=True)
