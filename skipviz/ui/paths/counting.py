"""How many paths there are and how long they are: exact, and at once."""

from decimal import Decimal

from skipviz import graph
from skipviz.figures.paths import lengths_spec, skips_taken_spec
from skipviz.language import N_, _, _n
from skipviz.network import Network, ResolvedNetwork
from skipviz.paths import Spread, is_binomial, spread
from skipviz.text import percent_text, sentences, superscript
from skipviz.ui.components.headline import headline
from skipviz.ui.components.live import Chart, live_charts
from skipviz.ui.components.theme import theme

READABLE = 10**15
MOST_DIGITS = 60
_MEAN = (
    N_("Mean {mean} of {depth} layers, standard deviation {deviation}."),
    N_("Mean {mean} layers, standard deviation {deviation}."),
)
_MEAN_AND_OUTSIDE = (
    N_("Mean {mean} of {depth} layers, standard deviation {deviation}; {outside}."),
    N_("Mean {mean} layers, standard deviation {deviation}; {outside}."),
)
"""In one time step, and over several."""


def counting(resolved: ResolvedNetwork) -> None:
    """The number of paths in words, their lengths and the skips they take as charts."""
    network, steps = resolved.network, resolved.time_steps
    lengths = graph.path_lengths(network, steps)
    found = spread(lengths)
    headline([(sentence(found, network.depth), None)], detail(network, found, steps))
    if found.paths == 1:
        return
    note: str = grey(found)
    modules = is_binomial(lengths)
    if modules:
        circles = _n(
            "Circles: binomial, the {count} branch passed or not with probability ½.",
            "Circles: binomial, each of {count} branches passed or not with probability ½.",
            modules,
        )
        note = sentences([note, circles])
    charts = [
        Chart("path_lengths", lengths_spec(lengths, found, theme()), _("Length of the paths"), note,
              height=300, span=4),
        Chart("path_skips", skips_taken_spec(graph.skips_taken(network, steps), theme()),
              _("Skips on a path"), _("The same paths by how many skips they take."),
              height=300, span=2),
    ]  # fmt: skip
    live_charts(charts, gradients=None, key="path_charts")


def sentence(found: Spread, depth: int) -> str:
    """The finding in words."""
    if found.paths == 1:
        return _n(
            "Only one path leads from the input to the readout, through its one layer.",
            "Only one path leads from the input to the readout, through all {count} layers.",
            depth,
        )
    if found.low == found.high and not found.outside:
        return _(
            "{paths} paths lead from the input to the readout; each passes {layers}.",
            paths=count_text(found.paths),
            layers=span_text(found.low, found.high),
        )
    if not found.outside:
        return _(
            "{paths} paths lead from the input to the readout; the shortest passes {low}, the "
            "longest {high}.",
            paths=count_text(found.paths),
            low=span_text(found.low, found.low),
            high=span_text(found.high, found.high),
        )
    return _(
        "{paths} paths lead from the input to the readout; {share} of them pass {layers}.",
        paths=count_text(found.paths),
        share=percent_text(found.inside),
        layers=span_text(found.low, found.high),
    )


def grey(found: Spread) -> str:
    """What the marked lengths are: all, or the central ones, more than 95 % as paths are counted
    whole."""
    layers = span_text(found.low, found.high)
    if not found.outside:
        return _("Grey: all paths, {layers}.", layers=layers)
    return _(
        "Grey: {layers}, the central {share}; at most 2.5 % of the paths are shorter, at most "
        "2.5 % longer.",
        layers=layers,
        share=percent_text(found.inside),
    )


def span_text(low: int, high: int) -> str:
    """2 to 12 layers; 3 layers."""
    if low == high:
        return _n("{count} layer", "{count} layers", low)
    return _("{low} to {high} layers", low=low, high=high)


def _outside(found: Spread) -> str:
    ends = {"low": found.low, "high": found.high}
    share = percent_text(found.outside)
    if found.low == 0:
        return _("{share} of the paths are longer than {high}", share=share, **ends)
    return _(
        "{share} of the paths are shorter than {low} or longer than {high}", share=share, **ends
    )


def detail(network: Network, found: Spread, steps: int) -> str:
    """What a path is, and the numbers behind the sentence."""
    if found.paths == 1:
        return _(
            "A path goes through a layer or around it by a skip. Draw a skip in the Playground and "
            "there are two."
        )
    exact = f"{found.paths:,}"
    parts = []
    if found.paths >= READABLE and len(exact) <= MOST_DIGITS:
        parts.append(_("Exactly {count} paths.", count=exact))
    parts.append(
        _(
            (_MEAN_AND_OUTSIDE if found.outside else _MEAN)[steps > 1],
            mean=format(found.mean, ".1f"),
            depth=network.depth,
            deviation=format(found.deviation, ".2f"),
            outside=_outside(found),
        )
    )
    parts.append(
        _(
            "A path goes through a layer or around it by a skip; the readout is not counted. "
            "Counting says where paths are, not where the gradient is."
        )
    )
    if steps > 1:
        parts.append(
            _(
                "Counted over {count} time steps, from the input of any of them, so a path may "
                "pass a layer several times.",
                count=steps,
            )
        )
    return sentences(parts)


def count_text(count: int) -> str:
    """All digits, or 1.8 × 10¹⁶."""
    if count < READABLE:
        return f"{count:,}"
    mantissa, exponent = f"{Decimal(count):.1e}".split("e")
    return f"{mantissa} × 10{superscript(int(exponent))}"
