"""How far a training is, in one line that is written over: in a notebook, or on a terminal."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

from skipviz.runs.frame import Frame

_EVERY = 0.1  # seconds
_WIDTH = 24
Reach = Callable[[int], object]


def watched(frames: Iterable[Frame], steps: int, shown: bool | None) -> Iterator[Frame]:
    """The frames, with a bar on stderr while they come; `shown` as in `bar`."""
    with bar(steps, shown) as reach:
        for frame in frames:
            reach(frame.step)
            yield frame


@contextmanager
def bar(steps: int, shown: bool | None, unit: str = "step") -> Iterator[Reach]:
    """A bar on stderr; what it gives is told how far the work is, of so many `steps`.

    `shown` None: where there is a notebook; there tqdm draws it, if it is installed.
    """
    wanted = in_notebook() if shown is None else shown
    if not wanted or not steps:
        yield lambda _: None
    elif in_notebook() and find_spec("tqdm") is not None:
        with _by_tqdm(steps, unit) as reach:
            yield reach
    else:
        with _by_line(steps, unit) as reach:
            yield reach


def in_notebook() -> bool:
    """Whether a kernel of Jupyter runs this; IPython in a terminal is none."""
    shell = sys.modules.get("IPython")
    found = shell.get_ipython() if shell is not None else None
    return found is not None and hasattr(found, "kernel")


def on_terminal() -> bool:
    """Whether stderr is read by a person as it is written."""
    return sys.stderr.isatty()


@contextmanager
def _by_tqdm(steps: int, unit: str) -> Iterator[Reach]:
    from tqdm.auto import tqdm

    drawn: Any
    with tqdm(total=steps, unit=unit) as drawn:
        yield lambda step: drawn.update(min(step, steps) - drawn.n)


@contextmanager
def _by_line(steps: int, unit: str) -> Iterator[Reach]:
    began = told = time.monotonic()
    reached = 0

    def reach(step: int) -> None:
        nonlocal told, reached
        reached, now = step, time.monotonic()
        if now - told >= _EVERY:
            told = now
            _write(line(step, steps, now - began, unit))

    try:
        yield reach
    finally:
        _write(line(reached, steps, time.monotonic() - began, unit) + "\n")


def line(step: int, steps: int, seconds: float, unit: str = "step") -> str:
    """[######------------------]  50 of 200 steps, 3 s left."""
    full = _WIDTH * step // steps
    left = f"{seconds * (steps - step) / step:.0f} s left" if 0 < step < steps else ""
    told = f"{step:,} of {steps:,} {unit}s, {left or f'{seconds:.1f} s'}"
    return f"[{'#' * full}{'-' * (_WIDTH - full)}] {told}"


def _write(text: str) -> None:
    sys.stderr.write(f"\r{text:<72}" if not text.endswith("\n") else f"\r{text[:-1]:<72}\n")
    sys.stderr.flush()
