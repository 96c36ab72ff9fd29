"""The parts of a report that are a model's of one's own."""

from html import escape

from skipviz.language import N_, _, again
from skipviz.markup import table
from skipviz.own_model.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.own_model.selection import HEAD, Skips
from skipviz.report.parts import arms_section, figure, folded, said
from skipviz.report.tables import gradients_table, gradients_title
from skipviz.runs.brief import cells
from skipviz.runs.painted import painted
from skipviz.runs.verdict import finding, verdict
from skipviz.runs.verdict.judging import STATES
from skipviz.text import number_text

_HEAD = (N_("arm"), N_("gradient"), N_("starved layers"), N_("layers at exactly 0"),
         N_("weakest, of the largest |∂L/∂W|"), N_("batch loss"))  # fmt: skip


def top_of_model(run: ModelRun) -> str:
    """Verdict, drawing and notes."""
    last = run.together()
    first, *others = verdict(last).messages
    arm = last.main_arms[0]
    paints = painted(last).arms[arm]
    caption = _("Layers by depth; colour: log gradient of weights.")
    if run.skips:
        caption = _(
            "Layers by depth, skips as arcs; colour: log gradient of weights, {arm}.",
            arm=run.label_of(arm),
        )
    about = _(
        "Step {step}, {skips}. Gradient: |∂L/∂W| of each layer.",
        step=run.row_steps[-1],
        skips=Skips(run.structure).headline,
    )
    notes = "".join(f"<p>{escape(again(note))}</p>" for note in run.notes)
    return (
        f"<header><h1>{said([first])}</h1><p>{said(others)}</p><p>{escape(about)}</p>{notes}"
        f"</header>{figure(drawing(run.structure, paints), caption, paints)}"
    )


def numbers_of_model(run: ModelRun) -> str:
    """What every arm reached, the skips, and the gradient of every layer."""
    skips = table(map(_, HEAD), Skips(run.structure).rows())
    return (
        f"{arms_section(table(map(_, _HEAD), [_row(run, arm) for arm in run.arms]), run)}"
        + folded(_("Skips"), skips)
        + folded(gradients_title(run), gradients_table(run))
    )


def _row(run: ModelRun, arm: str) -> tuple[str, ...]:
    found = finding(run, arm)
    said = cells(run, found)
    return (
        run.label_of(arm), _(STATES[found.state]), said.starved, said.zero, said.weakest,
        number_text(found.loss),
    )  # fmt: skip
