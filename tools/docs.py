"""The API reference as HTML, from the docstrings: pdoc over the package without its shell."""

import runpy
import sys

import skipviz
from skipviz import training

LEFT_OUT = ("skipviz.ui", "skipviz.cli", "skipviz.jobs.preload")


def main() -> None:
    """Write build/docs."""
    for module in (skipviz, training):
        for name in module.__all__:  # pdoc does not see names that load when first asked for
            setattr(module, name, getattr(module, name))
    sys.argv = ["pdoc", "skipviz", *(f"!{name}" for name in LEFT_OUT), "-o", "build/docs"]
    runpy.run_module("pdoc", run_name="__main__")


if __name__ == "__main__":
    main()
