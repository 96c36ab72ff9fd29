"""The decision boundary of every arm, on points of a plane."""

from skipviz.data.split import Split
from skipviz.figures.boundary import boundaries_spec, boundary_spec
from skipviz.language import _
from skipviz.runs.run import Run
from skipviz.text import capital
from skipviz.ui.components.live import Chart

BESIDE, ALONE = 400, 360  # pixels high


def has_boundary(run: Run) -> bool:
    """Whether the run knows what each arm says of places in the plane."""
    return run.info.planar and run.settings.probes != "minimal"


def boundaries(run: Run, split: Split, at: int, theme: str) -> Chart:
    """Of the arms that have a row in the drawing, in one chart beside the gradient."""
    return Chart(
        "boundaries",
        boundaries_spec(run, run.main_arms[:2], split, at, theme),
        _title(run),
        _("Ground: what each arm says of every place. Marks: training samples."),
        BESIDE,
        2,
        fills=True,
    )


def boundary_of_each(run: Run, split: Split, at: int, theme: str) -> list[Chart]:
    """A chart for every arm."""
    return [
        Chart(
            f"boundary_{arm}",
            boundary_spec(run, arm, split, at, theme),
            capital(run.label_of(arm)),
            _("Ground: what this arm says of every place. Marks: training samples."),
            ALONE,
            3,
        )
        for arm in run.main_arms
    ]


def plane_title(run: Run) -> str:
    """What the plane shows: there is a boundary only between classes."""
    return _("Decision boundary") if run.info.task == "classification" else _("What is predicted")


def _title(run: Run) -> str:
    """Of several targets the first one is drawn."""
    several = len(run.info.targets) > 1
    if several:
        return _("What is predicted of {target}", target=repr(run.info.targets[0]))
    return plane_title(run)
