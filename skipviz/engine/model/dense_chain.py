"""Layers of the commonest form, s_k = act(W s_(k-1) + b) + gain s_p + .., which need no autograd.

dL/ds_(k-1) = W' (act'(z) dL/ds_k) and dL/ds_p = gain dL/ds_k: what autograd costs per layer would
be several times the arithmetic.
"""

from functools import lru_cache

from skipviz.network import Add, Dense, Network, Scale
from skipviz.network.styles import Activation


@lru_cache(maxsize=8)
def dense_chain(network: Network) -> dict[int, Activation]:
    """The layers 1..N+1 of that form with their activation, given that they read a vector.

    Layers that read something else than the state before are of another form.
    """
    if network.runs_over_time:
        return {}
    others = {skip.target for skip in network.skips if not _is_plain_add(skip)}
    others |= {k for k, reads in enumerate(network.wiring, start=1) if reads}
    found: dict[int, Activation] = {}
    for k, layer in enumerate(network.layers, start=1):
        style = network.style(k)
        around = (style.norm, layer.state_norm, style.order, style.frequency)
        bare = around == ("none", "none", "post", 1)
        if isinstance(layer, Dense) and bare and not style.dropout and k not in others:
            found[k] = style.activation
    last = network.depth + 1
    if network.readout.kind == "dense" and last not in others:
        found[last] = "identity"
    return {k: activation for k, activation in found.items() if activation != "crelu"}


def is_chain(network: Network) -> bool:
    """Whether all layers and the readout have this form, so that all skips are plain additions, and
    weights of their own.
    """
    return len(dense_chain(network)) == network.depth + 1 and not network.ties


def _is_plain_add(skip: object) -> bool:
    one = Scale()
    return (
        isinstance(skip, Add)
        and skip.branch_scale == skip.shortcut_scale == one
        and (skip.join, skip.resize, skip.survival, skip.dropout) == ("output", "none", 1, 0)
    )
