"""What a layer reads, as an expression in torch."""

from skipviz.export.source.around import FUNCTIONS, cat_axis
from skipviz.export.source.flow import Flow
from skipviz.export.source.scope import Scope
from skipviz.network import ResolvedNetwork
from skipviz.network.wiring import Entry
from skipviz.types import Shape

SIGNS = {"concat": ", ", "add": " + ", "multiply": " * "}


def read(resolved: ResolvedNetwork, k: int, scope: Scope) -> Flow:
    """The value that layer k (N + 1: the readout) reads."""
    reads, shape = resolved.network.reads_of(k), resolved.shapes.layers[k - 1].source
    states = resolved.shapes.states
    first, *others = (_entry(e, scope, states[e.state], shape) for e in reads.entries)
    flow = Flow(first, "h")
    if others:
        appends = reads.combine == "concat"
        ends = ("torch.cat([", f"], dim={cat_axis(shape)})") if appends else ("", "")
        flow.combine(others, SIGNS[reads.combine], *ends)
    return flow


def _entry(entry: Entry, scope: Scope, state: Shape, shape: Shape) -> str:
    name, activation = scope.state(entry.state), entry.activation
    if activation == "complement":
        name = f"(1 - {name})"
    elif activation != "identity":
        name = f"{FUNCTIONS[activation]}({name})"
    spread = {1: "", 2: "[:, None]", 3: "[:, :, None, None]"}  # over the positions
    return name + (spread[len(shape)] if len(state) == 1 else "")
