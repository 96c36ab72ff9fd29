"""Opens the app in Firefox, drags a skip, trains, and says what broke: `make firefox`.

A picture is left in test-results/firefox.png.
"""

import sys
import tempfile
from pathlib import Path

from tools.firefox.bidi import Tab, opened_tab
from tools.server import ROOT, running_app

PICTURE = ROOT / "test-results" / "firefox.png"
ENDS = ("5", "9")
FIND = """selector => document.querySelector(selector)
  ?? [...document.querySelectorAll("*")]
    .map((host) => host.shadowRoot?.querySelector(selector)).find(Boolean)"""
PLACE = f"""selector => {{
  const box = ({FIND})(selector)?.getBoundingClientRect();
  return box ? `${{box.left + box.width / 2}} ${{box.top + box.height / 2}}` : "";
}}"""
CURVE = f"""(selector) => ({FIND})(selector)?.getAttribute("d")?.length > 40"""
STEP = f"""(selector) => Number(({FIND})(selector)?.dataset.step) > 0"""
GRADIENT = '[data-testid="chart-layers_weight_gradient"][data-traces]'
LOSS = '[data-testid="chart-training_curves"][data-traces]'
LINE = " .scatterlayer path.js-line"
SAYS = "text => document.body.innerText.includes(text)"
TRAIN = ".st-key-run_buttons button[kind=primary]"


def main() -> int:
    """0 when everything was done and no error is on the console."""
    with tempfile.TemporaryDirectory() as folder:
        errors = _errors(Path(folder) / "app.log")
    print("\n".join(errors) or f"Firefox: drawn, dragged, trained, no error; {PICTURE}")
    return 1 if errors else 0


def _errors(log: Path) -> list[str]:
    with running_app(log) as (address, _), opened_tab() as tab:
        try:
            _visit(tab, address)
        finally:
            tab.picture(PICTURE)
        return tab.errors


def _visit(tab: Tab, address: str) -> None:
    tab.size(1280, 900)
    tab.go(address)
    tab.wait_for("the gradient", CURVE, GRADIENT + LINE)
    start, end = (_place(tab, f'[data-layer="{k}"] .box') for k in ENDS)
    tab.pointer(start, ((start[0] + end[0]) / 2, start[1] - 40), end)
    _place(tab, f'[data-skip="{"-".join(ENDS)}"]')
    tab.pointer(_place(tab, TRAIN))
    tab.wait_for("the end of the run", SAYS, "· finished")
    tab.wait_for("the curves of the loss", CURVE, LOSS + LINE)
    tab.wait_for("the gradient of a later step", STEP, GRADIENT)


def _place(tab: Tab, selector: str) -> tuple[float, float]:
    """The middle of an element, once it is there."""
    x, y = tab.wait_for(selector, PLACE, selector).split()
    return float(x), float(y)


if __name__ == "__main__":
    sys.exit(main())
