"""The report from top to bottom."""

from html import escape
from pathlib import Path

from skipviz import export, link
from skipviz.language import _, again, language
from skipviz.network import NetworkError
from skipviz.network.drawing import drawing
from skipviz.own_model.run import ModelRun
from skipviz.report.own_model import numbers_of_model, top_of_model
from skipviz.report.parts import arms_section, charts, figure, folded, said
from skipviz.report.tables import (
    arms_table,
    columns_table,
    gradients_table,
    gradients_title,
    settings_table,
    time_text,
)
from skipviz.runs.given import takes_run
from skipviz.runs.painted import painted
from skipviz.runs.run import Run
from skipviz.runs.verdict import verdict
from skipviz.text import seeds_text

_STYLE = Path(__file__).with_name("report.css")


@takes_run
def report(run: Run | ModelRun, address: str = "", offline: bool = False) -> str:
    """An HTML page in one file: verdict, drawing, charts, numbers, and what repeats them.

    `address` is that of an app; with it the page offers a link to the network and settings there,
    unless they are too large for one. A model of one's own has no link and no source here.
    The charts are drawn by plotly.js, which the browser gets from its CDN, held to its hash; with
    `offline` the file brings it along (5 MB more) and needs no network. Everything else is in it.
    ValueError for what is no run.
    """
    return (
        f'<!DOCTYPE html><html lang="{language()}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(str(verdict(run).messages[0]))}</title><style>{_STYLE.read_text(encoding='utf-8')}</style>"
        f"</head><body><main>{_inside(run, address, offline)}"
        "</main></body></html>"
    )


def _inside(run: Run | ModelRun, address: str, offline: bool) -> str:
    if isinstance(run, ModelRun):
        return top_of_model(run) + charts(run, offline) + numbers_of_model(run)
    return _top(run, address) + charts(run, offline) + _numbers(run) + _sources(run)


def _top(run: Run, address: str) -> str:
    first, *others = verdict(run).messages
    about = _(
        "Step {step}, {seeds}, {data}. Gradient: |∂L/∂W| of each layer, L the mean loss over a "
        "batch: {batch} samples, or all of the train split where it has fewer.",
        step=run.row_steps[-1],
        seeds=seeds_text(run.settings.seed, run.settings.seeds),
        data=_(run.info.title),
        batch=run.settings.batch_size,
    )
    token = link.encode(run.network, run.settings)
    offered = address and link.fits(token)
    words = _("Open it in skipviz")
    link_html = f'<a href="{escape(address)}?n={token}">{escape(words)}</a>' if offered else ""
    arm = run.main_arms[0]
    boxes = painted(run).boxes(arm)
    caption = _("The network; colour: log gradient of each layer's weights.")
    if run.skips:
        caption = _(
            "The network; colour: log gradient of each layer's weights, {arm}.",
            arm=run.label_of(arm),
        )
    return (
        f"<header><h1>{said([first])}</h1><p>{said(others)}</p>"
        f"<p>{escape(about)} {link_html}</p></header>"
        f"{figure(drawing(run.network, boxes), caption, boxes)}"
    )


def _numbers(run: Run) -> str:
    return (
        arms_section(arms_table(run), run)
        + f"<p>{escape(time_text(run))}</p>"
        + folded(gradients_title(run), gradients_table(run))
        + folded(_("Settings"), settings_table(run))
        + _data(run)
    )


def _data(run: Run) -> str:
    """How data of one's own were read, by the names of their file."""
    read = again(run.info.read_as)
    return folded(_("Data"), f"<p>{escape(read)}</p>{columns_table(run.info)}") if read else ""


def _sources(run: Run) -> str:
    network, info = run.network, run.info
    try:
        source = export.pytorch(network, info.input_shape, info.outputs)
    except NetworkError as error:
        source = str(error)
    texts = {
        _("PyTorch source"): source,
        _("Equations (LaTeX)"): export.latex(network),
        _("Network as JSON"): network.to_json(),
    }
    return "".join(folded(title, f"<pre>{escape(text)}</pre>") for title, text in texts.items())
