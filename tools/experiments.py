"""Runs every guided experiment in full: `make experiments`.

Writes docs/experiments.md, the measured table, and test-results/experiments.html, the same with
charts. Ends with status 1 when a quantity lies outside its expected band.
"""

import html
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
import torch

from skipviz import experiments
from skipviz.engine.experiments.running import run
from skipviz.engine.training.memory import keep_freed_memory
from skipviz.experiments import Experiment
from skipviz.experiments.running import Measured, Progress
from skipviz.experiments.wording import band_text, measured_text, verdict
from skipviz.figures.chart import chart_height, chart_spec
from tools.server import ROOT

TABLE = ROOT / "docs" / "experiments.md"
REPORT = ROOT / "test-results" / "experiments.html"
HEAD = """# The guided experiments, measured

Written by `make experiments`, which runs the full version of every experiment of the page
Experiments with three seeds or more. Measured: median of the seeds [smallest, largest]. Expected:
where the median should lie; set from theory, or from earlier measurements of the same settings with
room for other machines, on which the same seeds train to somewhat other numbers. Published figures
are cited, not reproduced, unless they are formulas.
"""
STYLE = (
    "body { max-width: 60rem; margin: 2rem auto; font: 1rem sans-serif }"
    "td, th { padding: 0.3rem; text-align: left }"
)


@dataclass(frozen=True)
class Outcome:
    """An experiment with its last progress, and how long it took."""

    experiment: Experiment
    progress: Progress
    seconds: float


def main(names: Sequence[str]) -> int:
    """Run those named, or all; reports are written only when all were run."""
    torch.set_num_threads(1)
    keep_freed_memory()
    outcomes = [_outcome(name) for name in names or experiments.names()]
    if not names:
        TABLE.write_text("\n".join([HEAD, *map(_markdown, outcomes)]), encoding="utf-8")
        REPORT.parent.mkdir(exist_ok=True)
        REPORT.write_text(_page(outcomes), encoding="utf-8")
        print(f"Written: {TABLE.relative_to(ROOT)}, {REPORT.relative_to(ROOT)}")
    return int(not all(outcome.progress.inside for outcome in outcomes))


def _outcome(name: str) -> Outcome:
    experiment, started = experiments.load(name), time.monotonic()
    *_, last = run(name, {})
    outcome = Outcome(experiment, last, time.monotonic() - started)
    print(f"{name:4} {experiment.title:40} {outcome.seconds:5.1f} s  {verdict(last, thin=False)}")
    return outcome


def _cells(one: Measured) -> tuple[str, str, str, str]:
    quantity = one.quantity
    place = "" if one.inside else " (outside)"
    expected = band_text(quantity.band(thin=False), quantity.form)
    return quantity.label, measured_text(one) + place, expected, quantity.published or "—"


def _markdown(outcome: Outcome) -> str:
    experiment = outcome.experiment
    rows = "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in _cells(one)) + " |"
        for one in outcome.progress.measured
    )
    paragraphs = {
        "Claim": experiment.claim,
        "Source": f"[{experiment.source.text}]({experiment.source.link})",
        "Setting": experiment.setting,
        "Differs": experiment.differs,
        "False if": experiment.falsified,
        "Published": experiment.source.cited,
    }
    said = "\n\n".join(f"*{name}.* {text}" for name, text in paragraphs.items() if text)
    return (
        f"## {experiment.title}\n\n{said}\n\n{verdict(outcome.progress, thin=False)} "
        f"About {experiment.seconds:.0f} s on one core.\n\n"
        f"| quantity | measured | expected | published |\n"
        f"|---|---|---|---|\n{rows}\n"
    )


def _page(outcomes: Sequence[Outcome]) -> str:
    sections = "".join(_section(outcome, place == 0) for place, outcome in enumerate(outcomes))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Guided experiments</title>'
        f"<style>{STYLE}</style><h1>Guided experiments</h1>{sections}</html>"
    )


def _section(outcome: Outcome, first: bool) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in _cells(one)) + "</tr>"
        for one in outcome.progress.measured
    )
    figures = "".join(
        f"<h3>{html.escape(panel.title)}</h3><p>{html.escape(panel.note)}</p>"
        + go.Figure(chart_spec(panel.chart, names="ends"))
        .update_layout(height=chart_height(panel.chart))
        .to_html(full_html=False, include_plotlyjs=first and place == 0)
        for place, panel in enumerate(outcome.progress.panels)
    )
    head = "".join(f"<th>{name}</th>" for name in ("Quantity", "Measured", "Expected", "Published"))
    return (
        f"<h2>{html.escape(outcome.experiment.title)}</h2>"
        f"<p>{html.escape(outcome.experiment.claim)}</p>"
        f"<p><strong>{html.escape(verdict(outcome.progress, thin=False))}</strong></p>"
        f"<table><tr>{head}</tr>{rows}</table>{figures}"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
