"""Whether shapes fit, and what fixes them. Nothing is computed but shapes and counts."""

from collections.abc import Iterator, Mapping
from typing import Any

from skipviz.charts import Number, Table
from skipviz.language import _
from skipviz.measures.results import Result
from skipviz.network import Network, NetworkError
from skipviz.network.edits import apply_edits
from skipviz.text import percent_text


def fixed(network: Network, input_shape: tuple[int, ...], outputs: int) -> Iterator[Result]:
    """What is wrong with a network for these data, and the fixes offered, each tried out."""
    problems = network.check(input_shape, outputs)
    rows = tuple(
        (fix.label, _outcome(network, fix.edits, input_shape, outputs))
        for problem in problems
        for fix in problem.fixes
    )
    yield Result(
        verdict=problems[0].message if problems else _("All shapes fit."),
        note=_("The check runs on shapes alone; every fix was applied and checked again."),
        table=Table((_("fix offered"), _("then")), rows),
        values=(("problems", float(len(problems))), ("fixes", float(len(rows)))),
    )


def counted(network: Network, input_shape: tuple[int, ...], outputs: int) -> Iterator[Result]:
    """Parameters and MACs of a network, and of the same one without its skips."""
    whole, bare = (
        each.on(input_shape, outputs).counts for each in (network, network.without_skips())
    )
    share = 1 - bare.parameters / whole.parameters
    yield Result(
        verdict=_(
            "{parameters} parameters, of which {share} belong to the projections.",
            parameters=format(whole.parameters, ","),
            share=percent_text(share, 1),
        ),
        note=_("Counted from the shapes of all layers; MACs of one sample forward."),
        numbers=(
            Number(_("parameters without skips"), f"{bare.parameters:,}"),
            Number(_("MACs"), f"{whole.macs / 1e6:.1f} M"),
            Number(_("MACs without skips"), f"{bare.macs / 1e6:.1f} M"),
        ),
        values=(("parameters", float(whole.parameters)), ("without", float(bare.parameters))),
    )


def _outcome(
    network: Network,
    edits: tuple[Mapping[str, Any], ...],
    input_shape: tuple[int, ...],
    outputs: int,
) -> str:
    try:
        network = apply_edits(network, edits)
    except NetworkError as error:
        return str(error)
    left = network.check(input_shape, outputs)
    if left:
        return left[0].message
    count = network.count_parameters(input_shape, outputs)
    return _("fits, {parameters} parameters", parameters=format(count, ","))
