"""How many paths there are and how long they are: exact, and at once."""

from decimal import Decimal

from skipviz import graph
from skipviz.figures.paths import lengths_spec, skips_taken_spec
from skipviz.network import Network, ResolvedNetwork
from skipviz.paths import Spread, is_binomial, spread
from skipviz.text import percent_text, superscript
from skipviz.ui.components.headline import headline
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme

READABLE = 10**15
MOST_DIGITS = 60


def counting(resolved: ResolvedNetwork) -> None:
    """The number of paths in words, their lengths and the skips they take as charts."""
    network, steps = resolved.network, resolved.time_steps
    lengths = graph.path_lengths(network, steps)
    found = spread(lengths)
    headline([(sentence(found, network.depth), None)], detail(network, found, steps))
    if found.paths == 1:
        return
    note = f"Grey: the central 95 %, {found.low} to {found.high} layers."
    modules = is_binomial(lengths)
    if modules:
        note += f" Circles: binomial, each of {modules} branches passed or not with probability ½."
    charts = [
        Chart("path_lengths", lengths_spec(lengths, found, theme()), "Length of the paths", note,
              height=300, span=4),
        Chart("path_skips", skips_taken_spec(graph.skips_taken(network, steps), theme()),
              "Skips on a path", "The same paths by how many skips they take.",
              height=300, span=2),
    ]  # fmt: skip
    live_charts(charts, gradients=None, key="path_charts")


def sentence(found: Spread, depth: int) -> str:
    """The finding in words."""
    if found.paths == 1:
        layers = f"all {depth} layers" if depth > 1 else "its one layer"
        return f"Only one path leads from the input to the readout, through {layers}."
    return (
        f"{count_text(found.paths)} paths lead from the input to the readout; "
        f"{percent_text(found.inside)} of them pass {found.low} to {found.high} layers."
    )


def detail(network: Network, found: Spread, steps: int) -> str:
    """What a path is, and the numbers behind the sentence."""
    if found.paths == 1:
        return (
            "A path goes through a layer or around it by a skip. Draw a skip in the Playground and "
            "there are two."
        )
    exact = f"{found.paths:,}"
    whole = (
        f"Exactly {exact} paths. " if found.paths >= READABLE and len(exact) <= MOST_DIGITS else ""
    )
    of_all = f" of {network.depth} layers" if steps == 1 else " layers"
    over_time = (
        f" Counted over {steps} time steps, from the input of any of them, so a path "
        f"may pass a layer several times."
        if steps > 1
        else ""
    )
    return (
        f"{whole}Mean {found.mean:.1f}{of_all}, standard deviation "
        f"{found.deviation:.2f}; at most one path in 40 is shorter than {found.low} or longer than "
        f"{found.high}. A path goes through a layer or around it by a skip; the readout is not "
        f"counted. Counting says where paths are, not where the gradient is.{over_time}"
    )


def count_text(count: int) -> str:
    """All digits, or 1.8 × 10¹⁶."""
    if count < READABLE:
        return f"{count:,}"
    mantissa, exponent = f"{Decimal(count):.1e}".split("e")
    return f"{mantissa} × 10{superscript(int(exponent))}"
