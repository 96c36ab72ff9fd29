"""The networks of the papers at their full size, counted from their shapes."""

from collections.abc import Iterator, Sequence

from skipviz import presets
from skipviz.charts import Table
from skipviz.language import _
from skipviz.measures.results import Result


def sizes(names: Sequence[str]) -> Iterator[Result]:
    """Parameters and MACs of presets, beside the size each was published with.

    MACs of one sample forward: convolutions and dense maps only, as the ResNet paper counts them
    under the name of FLOPs. ValueError for a preset without a published size.
    """
    rows, values = [], []
    for name in names:
        about, network = presets.info(name), presets.load(name)
        if about.published is None:
            raise ValueError(f"No published size is known of {name}.")
        parameters = network.count_parameters(about.input_shape, about.outputs)
        macs = network.count_macs(about.input_shape, about.outputs)
        rows.append((_(about.title), f"{parameters:,}", f"{macs:,}", _(about.published)))
        values.append((name, float(parameters)))
    yield Result(
        verdict=_("{count} networks of the papers, counted here layer by layer.", count=len(rows)),
        note=_(
            "Counted from shapes, at the input sizes of the papers: one sample, forward. MACs are "
            "the multiplications of convolutions and dense maps, which some papers call FLOPs."
        ),
        table=Table(("", _("parameters"), _("MACs"), _("published")), tuple(rows)),
        values=tuple(values),
    )
