"""A run in a few lines, as text and for notebooks: what each arm reached, and the verdict."""

from html import escape
from typing import NamedTuple

from skipviz.language import N_, _, _n
from skipviz.markup import table
from skipviz.network import Network
from skipviz.network.drawing import drawing
from skipviz.runs.painted import painted
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import Finding, finding, judging, verdict
from skipviz.text import number_text, seeds_text, weakest_text

MOST_ARMS = 8
UNKNOWN = "—"
OUTCOMES = {
    **judging.OUTCOMES,
    "early": N_("too early to say"),
    "worse": N_("worse than at the start"),
}
"""Those of `Finding` as a table says them, also those that one word does not tell."""


class Cells(NamedTuple):
    """What a table says of an arm."""

    score: str
    starved: str
    zero: str
    weakest: str


def cells(run: Recording, found: Finding) -> Cells:
    """Nothing of an arm that has failed: what was measured before is not of where it is now."""
    if found.outcome == "failed":
        return Cells(*[UNKNOWN] * len(Cells._fields))
    return Cells(
        _("not measured") if scored_at(run) is None else number_text(found.test_accuracy),
        str(len(found.starved)),
        str(len(found.zero)),
        weakest_text(found.weakest),
    )


def scored_at(run: Recording) -> int | None:
    """The step of the last evaluation of the whole splits; None before the first."""
    steps = run.evaluation_steps()
    there = steps[steps <= run.row_steps[-1]]
    return int(there[-1]) if len(there) else None


def score_heading(run: Recording) -> str:
    """What a table calls the score of the test split, with its step where the run is further."""
    score, at = run.info.test_score_text, scored_at(run)
    if at in (None, run.row_steps[-1]) or all(_failed(run, arm) for arm in run.distinct_arms):
        return score
    return _("{score}, step {step}", score=score, step=at)


def _failed(run: Recording, arm: str) -> bool:
    return finding(run, arm).outcome == "failed"


def as_text(run: Recording) -> str:
    """A line for the run, one for each arm, and the verdict."""
    lines = [f"Run({_about(run)})"]
    if run.steps:
        head = _head(run)
        for label, *cells in _rows(run):
            said = [
                _("{name}: {value}", name=name, value=cell)
                for name, cell in zip(head[1:], cells, strict=True)
            ]
            lines.append(f"  {label} | {' | '.join(said)}")
        lines += [f"  {text}" for text in (_left_out(run), str(verdict(run))) if text]
    return "\n".join(lines)


def as_html(run: Recording, network: Network) -> str:
    """The verdict, the drawing in the gradients of the first arm, and a table of the arms."""
    about = f"<p>{escape(_about(run))}</p>"
    if not run.steps:
        return about + drawing(network)
    arm = run.main_arms[0]
    key = f"{colour_text(run, arm)} {_left_out(run)}"
    return (
        f"<p><b>{escape(str(verdict(run)))}</b></p>"
        f"{drawing(network, painted(run).boxes(arm))}<p>{escape(key.strip())}</p>"
        f"{table(_head(run), _rows(run))}{about}"
    )


def colour_text(run: Recording, arm: str) -> str:
    """What the colours of a drawing are; of a network without skips there is one arm, unnamed."""
    if not run.skips:
        return _("Colour: log |∂L/∂W| of each layer; dark is small.")
    return _("Colour: log |∂L/∂W| of each layer, {arm}; dark is small.", arm=run.label_of(arm))


def _about(run: Recording) -> str:
    settings = run.settings
    seeds = seeds_text(settings.seed, settings.seeds)
    title, made = _(run.info.title), run.row_steps[-1] if run.steps else 0
    if not run.steps:
        return _("{title}, {seeds}, no frames yet", title=title, seeds=seeds)
    if settings.endless:
        so_far = _n("{count} step", "{count} steps", int(made))
    else:
        so_far = _n("{made} of {count} step", "{made} of {count} steps", settings.steps, made=made)
    return _("{title}, {seeds}, {steps}", title=title, seeds=seeds, steps=so_far)


def _head(run: Recording) -> tuple[str, ...]:
    return (
        _("arm"),
        _("outcome"),
        score_heading(run),
        _("starved layers"),
        _("layers at exactly 0"),
    )


def _rows(run: Recording) -> list[tuple[str, ...]]:
    return [_row(run, arm) for arm in run.main_arms[:MOST_ARMS]]


def _row(run: Recording, arm: str) -> tuple[str, ...]:
    found = finding(run, arm)
    said = cells(run, found)
    return (
        run.label_of(arm), _(OUTCOMES[found.outcome]), said.score, said.starved, said.zero,
    )  # fmt: skip


def _left_out(run: Recording) -> str:
    more = len(run.distinct_arms) - len(run.main_arms[:MOST_ARMS])
    return (
        _n("Not listed: {count} more arm.", "Not listed: {count} more arms.", more) if more else ""
    )
