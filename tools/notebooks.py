"""Notebooks that are stored with their outputs: run anew from top to bottom, figures as pictures.

python -m tools.notebooks [NAME ..]
"""

import ast
import base64
import contextlib
import io
import json
import sys
from typing import Any

from playwright.sync_api import Page
from plotly.graph_objects import Figure

from tools.browser import opened_browser
from tools.server import ROOT

FOLDER = ROOT / "notebooks"
SIZE = {"width": 960, "height": 420}


def run_cell(source: str, names: dict[str, Any], place: str) -> tuple[str, Any]:
    """Run a code cell; what it prints, and the value of the expression that it ends in."""
    body = ast.parse(source).body
    last = body[-1] if body else None
    ends_in_value = isinstance(last, ast.Expr)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(ast.Module(body[:-1] if ends_in_value else body, []), place, "exec"), names)
        value = None
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), place, "eval"), names)
    return printed.getvalue(), value


def main(names: list[str]) -> None:
    """Write the outputs of those named, or of all."""
    with opened_browser() as browser:
        page = browser.new_page(viewport={"width": SIZE["width"], "height": SIZE["height"]})
        for name in names or sorted(path.name for path in FOLDER.glob("*.ipynb")):
            path = FOLDER / name
            notebook = json.loads(path.read_text(encoding="utf-8"))
            _fill(notebook, name, page)
            text = json.dumps(notebook, indent=1, ensure_ascii=False)
            path.write_text(f"{text}\n", encoding="utf-8")
            print(f"{name}: {path.stat().st_size:,} bytes")


def _fill(notebook: dict[str, Any], name: str, page: Page) -> None:
    names: dict[str, Any] = {}
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for count, cell in enumerate(code, start=1):
        printed, value = run_cell("".join(cell["source"]), names, f"{name}, cell {count}")
        cell["execution_count"] = count
        cell["outputs"] = [*_stream(printed), *_result(value, count, page)]


def _stream(text: str) -> list[dict[str, Any]]:
    lines = text.splitlines(keepends=True)
    return [{"output_type": "stream", "name": "stdout", "text": lines}] if text else []


def _result(value: Any, count: int, page: Page) -> list[dict[str, Any]]:
    """As Jupyter would show it."""
    if value is None:
        return []
    if isinstance(value, Figure):
        data: dict[str, Any] = {"image/png": _picture(value, page)}
    else:
        data = {"text/plain": repr(value).splitlines(keepends=True)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = [value._repr_html_()]
    return [
        {"output_type": "execute_result", "execution_count": count, "metadata": {}, "data": data}
    ]


def _picture(figure: Figure, page: Page) -> str:
    """A PNG of a figure, in base64."""
    beside = 2 * (figure.layout.margin.r or 0)  # names of arms stand there
    still = Figure(figure).update_layout(**SIZE, margin_r=beside)
    page.set_content(still.to_html(include_plotlyjs=True, config={"staticPlot": True}))
    page.wait_for_selector(".main-svg")
    return base64.b64encode(page.locator(".plot-container").screenshot()).decode("ascii")


if __name__ == "__main__":
    main(sys.argv[1:])
