"""How far a training is, in one line that is written over: in a notebook, or on a terminal."""

import sys
import time
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import Any

from skipviz.runs.frame import Frame

_EVERY = 0.1  # seconds
_WIDTH = 24


def watched(frames: Iterable[Frame], steps: int, shown: bool | None) -> Iterator[Frame]:
    """The frames, with a bar on stderr while they come.

    `shown` None: where there is a notebook; there tqdm draws it, if it is installed.
    """
    wanted = in_notebook() if shown is None else shown
    if not wanted or not steps:
        yield from frames
    elif in_notebook() and find_spec("tqdm") is not None:
        yield from _by_tqdm(frames, steps)
    else:
        yield from _by_line(frames, steps)


def in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this; IPython in a terminal is none."""
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None
    return found is not None and hasattr(found, "kernel")


def on_terminal() -> bool:
    """Whether stderr is read by a person as it is written."""
    return sys.stderr.isatty()


def _by_tqdm(frames: Iterable[Frame], steps: int) -> Iterator[Frame]:
    from tqdm.auto import tqdm

    bar: Any
    with tqdm(total=steps, unit="step") as bar:
        for frame in frames:
            bar.update(min(frame.step, steps) - bar.n)
            yield frame


def _by_line(frames: Iterable[Frame], steps: int) -> Iterator[Frame]:
    began = told = time.monotonic()
    step = 0
    try:
        for frame in frames:
            step, now = frame.step, time.monotonic()
            if now - told >= _EVERY:
                told = now
                _write(line(step, steps, now - began))
            yield frame
    finally:
        _write(line(step, steps, time.monotonic() - began) + "\n")


def line(step: int, steps: int, seconds: float) -> str:
    """[######------------------]  50 of 200 steps, 3 s left."""
    full = _WIDTH * step // steps
    left = f"{seconds * (steps - step) / step:.0f} s left" if 0 < step < steps else ""
    told = f"{step:,} of {steps:,} steps, {left or f'{seconds:.1f} s'}"
    return f"[{'#' * full}{'-' * (_WIDTH - full)}] {told}"


def _write(text: str) -> None:
    sys.stderr.write(f"\r{text:<72}" if not text.endswith("\n") else f"\r{text[:-1]:<72}\n")
    sys.stderr.flush()
