"""A run in a few lines, as text and for notebooks: what each arm reached, and the verdict."""

from html import escape

import numpy as np

from skipviz.arms import arm_label
from skipviz.markup import table
from skipviz.network import Network
from skipviz.network.drawing import drawing
from skipviz.runs.painted import painted
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import finding, verdict
from skipviz.text import number_text

MOST_ARMS = 8
OUTCOMES = {"early": "too early to say", "worse": "worse than at the start"}
"""The outcomes of `Finding` that one word does not tell."""


def as_text(run: Recording) -> str:
    """A line for the run, one for each arm, and the verdict."""
    lines = [f"Run({_about(run)})"]
    if run.steps:
        head = _head(run)
        for label, *cells in _rows(run):
            said = [f"{name}: {cell}" for name, cell in zip(head[1:], cells, strict=True)]
            lines.append(f"  {label} | {' | '.join(said)}")
        lines += [f"  {text}" for text in (_left_out(run), str(verdict(run))) if text]
    return "\n".join(lines)


def as_html(run: Recording, network: Network) -> str:
    """The verdict, the drawing in the gradients of the first arm, and a table of the arms."""
    about = f"<p>{escape(_about(run))}</p>"
    if not run.steps:
        return about + drawing(network)
    arm = run.main_arms[0]
    key = f"Colour: log |∂L/∂W| of each layer, {arm_label(arm)}; dark is small. {_left_out(run)}"
    return (
        f"<p><b>{escape(str(verdict(run)))}</b></p>"
        f"{drawing(network, painted(run).boxes(arm))}<p>{escape(key.strip())}</p>"
        f"{table(_head(run), _rows(run))}{about}"
    )


def _about(run: Recording) -> str:
    settings = run.settings
    seeds = f"seed {settings.seed}" if settings.seeds == 1 else f"{settings.seeds} seeds"
    if not run.steps:
        return f"{run.info.title}, {seeds}, no frames yet"
    planned = "" if settings.endless else f" of {settings.steps}"
    return f"{run.info.title}, {seeds}, {run.row_steps[-1]}{planned} steps"


def _head(run: Recording) -> tuple[str, ...]:
    return ("arm", "outcome", f"test {run.info.score}", "starved layers", "layers at exactly 0")


def _rows(run: Recording) -> list[tuple[str, ...]]:
    return [_row(run, arm) for arm in run.main_arms[:MOST_ARMS]]


def _row(run: Recording, arm: str) -> tuple[str, ...]:
    found = finding(run, arm)
    score = found.test_accuracy
    shown = "not measured" if np.isnan(score) else number_text(score)
    counts = (str(len(layers)) for layers in (found.starved, found.zero))
    return (arm_label(arm), OUTCOMES.get(found.outcome, found.outcome), shown, *counts)


def _left_out(run: Recording) -> str:
    more = len(run.arms) - len(run.main_arms[:MOST_ARMS])
    return f"Not listed: {more} more arms." if more else ""
