"""Plotly's own bundle, taken from the installed package; the repository holds no copy."""

import functools
import os
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

import streamlit as st

FOLDER = "static"
COMPILED_AT_ONCE = "//# allFunctionsCalledOnLoad\n"
"""Chromium then reads the whole bundle beside the page, and the page stands still for half as long
(v8.dev/blog/explicit-compile-hints); for other browsers it is a comment."""


@functools.cache
def plotly_address(app: Path | None = None) -> str | None:
    """Where the browser finds plotly.min.js under static serving.

    `app` is the folder of the app, by default that of the script which runs. None where static
    serving is off or its folder cannot be written; then `inline_plotly` brings it.
    """
    if not st.get_option("server.enableStaticServing"):
        return None
    try:
        return f"app/static/{_copied((app or _app_folder()) / FOLDER)}"
    except OSError:
        return None


def inline_plotly() -> None:
    """Send the bundle with the page, once, where it cannot be served as a file."""
    if plotly_address() is not None:
        return
    component = st.components.v2.component("skipviz_plotly", html="<i></i>", js=_INLINE_JS)
    component(key="plotly", data={"source": _bundle().read_text()}, height=1)


_INLINE_JS = """
export default function mount({ data }) {
  if (window.Plotly) return;
  const script = document.createElement("script");
  script.textContent = data.source;
  document.head.append(script);
  window.dispatchEvent(new Event("skipviz:plotly"));
}
"""


def _bundle() -> Path:
    with as_file(files("plotly") / "package_data" / "plotly.min.js") as path:
        return path


def _app_folder() -> Path:
    """Streamlit serves `static/` beside the script it was started with."""
    return Path(sys.modules["__main__"].__file__ or "app.py").resolve().parent


def _copied(folder: Path) -> str:
    """Copy the bundle under a name that changes with its version; atomic, once per version."""
    from plotly import __version__

    name = f"plotly-{__version__}.min.js"
    first, bundle = COMPILED_AT_ONCE.encode(), _bundle()
    whole = len(first) + bundle.stat().st_size
    if (folder / name).is_file() and (folder / name).stat().st_size == whole:
        return name
    folder.mkdir(exist_ok=True)
    handle, part = tempfile.mkstemp(dir=folder)
    os.close(handle)
    Path(part).write_bytes(first + bundle.read_bytes())
    Path(part).chmod(0o644)
    Path(part).replace(folder / name)
    return name
