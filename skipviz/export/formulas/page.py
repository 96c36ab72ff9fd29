"""All equations of a drawn network, one group under each title."""

from skipviz.export.formulas.derivatives import (
    forward_pass,
    local_derivatives,
    state_gradients,
    weight_gradients,
)
from skipviz.export.formulas.folding import folded
from skipviz.export.formulas.graph import nodes
from skipviz.export.formulas.legend import meanings, over_time
from skipviz.export.formulas.shortcuts import skip_gradients
from skipviz.language import N_, SOURCE, speaking
from skipviz.network import Network
from skipviz.network.given import takes_network

_NEEDS = "% needs \\usepackage{amsmath} and \\usepackage{bm}"


@takes_network
def equations(network: Network) -> list[tuple[str, str]]:
    """Title and LaTeX of each group of equations, for KaTeX or inside an `equation`.

    States are columns, gradients rows: dL/ds = dL/dh dh/ds multiplies from the loss on the left.
    d is a total derivative, through all paths; the curly one is the direct derivative of one
    equation. Layers that repeat are written once, with k for the layer. Dropout and stochastic
    depth are left out, as in evaluation; so are scale and shift of norms. A transposed
    convolution is written with a star and a transposition sign; a w that meets every position
    alike stands for the matrix this makes of all positions, too. Where states move in time, factors
    without a time of their own are those of the time step on the left.

    >>> import skipviz as sv
    >>> network = sv.Network.mlp(depth=3, width=8, skips=((1, 3),))
    >>> [title for title, _ in sv.export.equations(network)][:2]
    ['Forward pass', 'Gradient through each skip']
    """
    found, depth = nodes(network), network.depth
    groups = [
        (N_("Forward pass"), forward_pass(found, depth)),
        (N_("Gradient through each skip"), skip_gradients(network, found)),
        (N_("Gradients of the states"), state_gradients(found, depth)),
        (N_("Gradients of the weights"), weight_gradients(found, depth)),
        (N_("Partial derivatives"), local_derivatives(found, depth)),
        (N_("Symbols"), meanings(network)),
    ]
    pages = [(title, folded(by_layer)) for title, by_layer in groups]
    pages.insert(1, (N_("Over time"), list(over_time(network))))
    return [(title, _aligned("aligned", lines)) for title, lines in pages if lines]


@takes_network
def latex(network: Network) -> str:
    r"""The forward and gradient equations of a network, to paste into a document.

    In the notation of `equations`; needs the packages amsmath and bm.

    >>> import skipviz as sv
    >>> sv.export.latex(sv.Network.mlp(depth=3, width=8, skips=((1, 3),))).splitlines()[2]
    '\\paragraph{Forward pass}'
    """
    with speaking(SOURCE):  # letters of other scripts would ask for further packages
        groups = equations(network)
    parts = [
        f"\\paragraph{{{title}}}\n" + text.replace("{aligned}", "{align*}")
        for title, text in groups
    ]
    return "\n\n".join([_NEEDS, *parts]) + "\n"


def _aligned(environment: str, lines: list[str]) -> str:
    body = " \\\\\n".join(lines)
    return f"\\begin{{{environment}}}\n{body}\n\\end{{{environment}}}"
