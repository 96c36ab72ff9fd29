"""`skipviz train`: train a network with and without its skips, and say what happened."""

import argparse
import html
import json
import math
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from skipviz import presets
from skipviz.cli import outputs
from skipviz.cli.errors import CommandError
from skipviz.cli.networks import data_of, network_of
from skipviz.language import N_, _
from skipviz.runs.bar import on_terminal, watched
from skipviz.runs.brief import OUTCOMES, cells, score_heading
from skipviz.runs.parse_settings import parse_settings
from skipviz.runs.run import Run
from skipviz.runs.verdict import finding
from skipviz.settings import Settings
from skipviz.text import number_text

_OPTIONS = (
    ("steps", int, N_("steps of training")),
    ("seed", int, N_("the first seed")),
    ("seeds", int, N_("how many seeds")),
    ("noise", float, N_("noise on points of a plane, as a multiple of their deviation")),
    ("test_share", float, N_("share of the data for the test")),
    ("batch_size", int, N_("samples of a batch")),
    ("learning_rate", float, N_("learning rate; by default that of the preset")),
    ("optimizer", str, N_("sgd, adam or adamw")),
    ("weight_decay", float, N_("weight decay; by default 0.01 for adamw, 0 for the others")),
    ("l1", float, N_("factor of the L1 penalty")),
    ("warmup_steps", int, N_("steps in which the learning rate rises")),
    ("schedule", str, N_("of the learning rate: constant, linear or cosine")),
)
_SETTINGS = ("arms", *(name for name, *__ in _OPTIONS))


def declare(commands: Any) -> None:
    """Add the command."""
    parser = commands.add_parser("train", help=_("train a network, with and without its skips"))
    parser.add_argument("network", metavar="NETWORK", help=_("a preset, or a JSON file"))
    parser.add_argument("--data", help=_("data set; by default that of the preset, or digits"))
    parser.add_argument("--arms", type=_names, help="skip,plain,gradient_only,forward_only")
    for name, kind, meaning in _OPTIONS:
        default = Settings.model_fields[name].default
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(
            option,
            type=kind,
            help=_(meaning)
            if default is None
            else _("{meaning} ({default})", meaning=_(meaning), default=default),
            metavar="VALUE",
        )
    parser.add_argument(
        "--out", type=Path, help=_("write a summary as .json, or the figures as .html")
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Train to the end and print the verdict and a table; the exit code."""
    from skipviz.training import stream

    write = _writer(arguments.out)
    network = network_of(arguments.network)
    settings = _settings(arguments)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="sklearn")  # a failed download is one line
        frames = watched(stream(network, settings), settings.steps, on_terminal())
        made = Run(network, settings, frames)
    summary = made.summary()
    print(summary["verdict"])
    print(_table(made, summary))
    for failure in made.failures:
        if failure.arm not in made.distinct_arms:
            continue
        arm = str(made.label_of(failure.arm)).capitalize()
        print(_("{arm}: {failure}.", arm=arm, failure=failure.text(made.layers)))
    if write is not None:
        outputs.write(arguments.out, write(made))
        print(_("Written: {path}.", path=arguments.out))
    return 0


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


def _settings(arguments: argparse.Namespace) -> Settings:
    given = {name: getattr(arguments, name) for name in _SETTINGS}
    fields = {name: value for name, value in given.items() if value is not None}
    if fields.get("arms") == []:
        raise CommandError(_("--arms names no arm."))
    fields["data"] = data_of(arguments.network, arguments.data).name
    if arguments.network in presets.names():
        fields.setdefault("learning_rate", presets.info(arguments.network).learning_rate)
    try:
        return parse_settings(fields)
    except ValueError as error:
        raise CommandError(str(error)) from None


def _writer(path: Path | None) -> Callable[[Run], str] | None:
    """What makes the file's text; asked before training, so that a wrong ending costs no time."""
    if path is None:
        return None
    writers = {".json": _as_json, ".html": _as_html}
    if path.suffix not in writers:
        raise CommandError(_("{path}: a run is written as .json or .html.", path=path))
    outputs.writable(path)
    return writers[path.suffix]


def _table(made: Run, summary: dict[str, Any]) -> str:
    head = [
        _("arm"),
        _("outcome"),
        _("starved"),
        _("weakest / largest"),
        _("loss"),
        score_heading(made),
        _("parameters"),
    ]
    said = {arm: cells(made, finding(made, arm)) for arm in made.distinct_arms}
    rows = [
        [
            made.label_of(arm),
            _(OUTCOMES[found["outcome"]]),
            said[arm].starved,
            said[arm].weakest,
            number_text(found["loss"]),
            said[arm].score,
            f"{found['parameters']:,}",
        ]
        for arm, found in summary["arms"].items()
        if arm in made.distinct_arms
    ]
    return outputs.text_table(head, rows)


def _as_json(made: Run) -> str:
    """Network, settings, summary, and the curves of the first seed of every arm."""
    curves = {
        arm: {
            "loss": made.loss(arm).tolist(),
            "test": made.accuracy(arm, "test").tolist(),
            "gradient_norms": made.gradient_norms(arm).tolist(),
        }
        for arm in made.arms
    }
    told = {
        "network": json.loads(made.network.to_json()),
        "settings": made.settings.model_dump(mode="json", exclude_defaults=True),
        "summary": made.summary(),
        "steps": made.row_steps.tolist(),
        "evaluation_steps": made.evaluation_steps().tolist(),
        "arms": curves,
    }
    return json.dumps(_finite(told)) + "\n"


def _finite(value: Any) -> Any:
    """None for NaN and infinities, which JSON has no word for."""
    if isinstance(value, dict):
        return {key: _finite(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(entry) for entry in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _as_html(made: Run) -> str:
    """The figures of the page in one file that needs nothing else."""
    from skipviz import figures

    drawn = [figures.gradient_flow(made), figures.gradient_heatmap(made)]
    drawn.append(figures.training_curves(made))
    parts = [
        figure.to_html(full_html=False, include_plotlyjs=not place, default_height=420)
        for place, figure in enumerate(drawn)
    ]
    verdict = html.escape(str(made.summary()["verdict"]))
    head = '<!doctype html><meta charset="utf-8"><title>skipviz</title>'
    style = "<style>body{font-family:sans-serif;max-width:60rem;margin:2rem auto}</style>"
    return f"{head}{style}<h1>{verdict}</h1>{''.join(parts)}\n"
