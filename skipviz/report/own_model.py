"""The parts of a report that are a model's of one's own."""

from html import escape

from skipviz.markup import table
from skipviz.own_model.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.own_model.selection import HEAD, Skips
from skipviz.report.parts import arms_section, figure, folded, said
from skipviz.report.tables import gradient_text
from skipviz.runs.painted import painted
from skipviz.runs.verdict import finding, verdict
from skipviz.text import number_text, weakest_text

_HEAD = ("arm", "gradient", "starved layers", "layers at exactly 0",
         "weakest, of the largest |∂L/∂W|", "batch loss")  # fmt: skip


def top_of_model(run: ModelRun) -> str:
    """Verdict, drawing and notes."""
    last = run.together()
    first, *others = verdict(last).messages
    arm = last.main_arms[0]
    paints = painted(last).arms[arm]
    label = run.label_of(arm)
    caption = f"Layers by depth, skips as arcs; colour: log gradient of weights, {label}."
    about = (
        f"Step {run.row_steps[-1]}, {Skips(run.structure).headline}. "
        "Gradient: |∂L/∂W| of each layer."
    )
    notes = "".join(f"<p>{escape(note)}</p>" for note in run.notes)
    return (
        f"<header><h1>{said([first])}</h1><p>{said(others)}</p><p>{escape(about)}</p>{notes}"
        f"</header>{figure(drawing(run.structure, paints), caption, paints)}"
    )


def numbers_of_model(run: ModelRun) -> str:
    """What every arm reached, the skips, and the gradient of every layer."""
    return (
        f"{arms_section(table(_HEAD, [_row(run, arm) for arm in run.arms]), run)}"
        f"{folded('Skips', table(HEAD, Skips(run.structure).rows()))}"
        f"{folded('Gradient of every layer', _gradients(run))}"
    )


def _row(run: ModelRun, arm: str) -> tuple[str, ...]:
    found = finding(run, arm)
    return (
        run.label_of(arm), found.state, str(len(found.starved)), str(len(found.zero)),
        weakest_text(found.weakest), number_text(found.loss),
    )  # fmt: skip


def _gradients(run: ModelRun) -> str:
    steps = run.row_steps
    head = ("layer", *(f"{run.label_of(a)}, step {steps[at]}" for a in run.arms for at in (0, -1)))
    norms = {arm: run.gradient_norms(arm) for arm in run.arms}
    rows = [
        (
            run.layer_text(k),
            *(gradient_text(norms[a][at, k - 1]) for a in run.arms for at in (0, -1)),
        )
        for k in run.weighted_layers
    ]
    return table(head, rows)
