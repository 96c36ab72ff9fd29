"""A network in one line, however large, and with its drawing for notebooks."""

from html import escape
from itertools import groupby

from skipviz.network.architecture import Architecture
from skipviz.network.drawing import drawing
from skipviz.network.layers import AnyLayer
from skipviz.network.naming import attended
from skipviz.text import plural

MOST_GROUPS = 6
MOST_SKIPS = 4
_ATTENDING = {"memory": "attending to", "values": "with the values"}


def summary(network: Architecture) -> str:
    """40 layers: 40 × dense 64 relu; 19 skips: add 1 → 3, add 3 → 5, add 5 → 7 and 16 more."""
    layers = [_layer(network, k) for k in range(1, network.depth + 1)]
    groups = [(name, len(list(same))) for name, same in groupby(layers)]
    parts = [f"{count} × {name}" if count > 1 else name for name, count in groups]
    rest = sum(count for _, count in groups[MOST_GROUPS:])
    said = [_counted("layer", network.depth, parts[:MOST_GROUPS], rest)]
    skips = [f"{skip.kind} {skip.source} → {skip.target}" for skip in network.skips[:MOST_SKIPS]]
    if skips:
        total = len(network.skips)
        said.append(_counted("skip", total, skips, total - len(skips)))
    if network.readout.reads:
        said.append(f"readout of {network.readout.reads}")
    if network.time == "positions":
        said.append("a position per time step")
    if network.readout.tied_to:
        said.append(f"readout tied to {network.readout.tied_to}")
    if network.time_steps > 1:
        said.append(f"{network.time_steps} time steps")
    return "; ".join(said)


def as_html(network: Architecture) -> str:
    """The drawing, and the line below it."""
    return f"{drawing(network)}<p>{escape(summary(network))}</p>"


def _layer(network: Architecture, k: int) -> str:
    """conv2d 16 relu: the kind, its width or channels, its activation, and what it reads."""
    layer, activation = network.layers[k - 1], network.style(k).activation
    words = [layer.kind, *_size(layer)]
    reads = [f"of {layer.reads}"] if layer.reads else []
    owner = network.tie_of(k)
    tied = [f"tied to {owner}"] if owner else []
    reads += [f"{_ATTENDING[field]} {state}" for field, state in attended(layer).items()]
    return " ".join([*words, *([] if activation == "identity" else [activation]), *reads, *tied])


def _size(layer: AnyLayer) -> list[str]:
    sizes = (getattr(layer, name, None) for name in ("width", "channels"))
    return [str(size) for size in sizes if size is not None]


def _counted(word: str, count: int, parts: list[str], rest: int) -> str:
    more = f" and {rest} more" if rest else ""
    return f"{plural(count, word)}: {', '.join(parts)}{more}"
