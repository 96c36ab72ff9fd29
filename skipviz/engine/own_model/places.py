"""Where in the user's code an operation stands: module, line, and how often it was there before."""

import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from threading import get_ident
from types import CodeType, FrameType
from typing import NamedTuple

import torch

from skipviz.engine.own_model.refusals import refuse_thread

_TORCH = Path(torch.__file__).parent
_WRAPPERS = frozenset({
    *(str(Path(__file__).with_name(name)) for name in ("places.py", "recorder.py", "follower.py")),
    *(str(_TORCH / name) for name in ("_tensor.py", "overrides.py", "functional.py")),
    str(_TORCH / "utils" / "_device.py"),
})  # fmt: skip


class Place(NamedTuple):
    """The `nth` time that this instruction calls this operation within one call of the module."""

    module: str
    code: CodeType
    instruction: int
    operation: str
    nth: int

    @property
    def text(self) -> str:
        """encoder.1 (model.py:12)."""
        lines = (line for start, end, line in self.code.co_lines()
                 if line and start <= self.instruction < end)  # fmt: skip
        where = f"{file_of(self.code)}:{next(lines, self.code.co_firstlineno)}"
        return f"{self.module} ({where})" if self.module else where

    @property
    def spot(self) -> tuple[str, CodeType, int, str]:
        """The same without the count."""
        return self[:4]


@dataclass
class Call:
    """One call of a module that is going on; `region` is the checkpoint it began in."""

    path: str
    met: Counter[tuple[CodeType, int, str]]
    region: object = None


class CallStack:
    """The modules that are being called, the innermost last."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._thread = 0

    def __len__(self) -> int:
        return len(self._calls)

    def enter(self, path: str, region: object = None) -> None:
        """A call begins."""
        self._calls.append(Call(path, Counter(), region))

    def stay_in_thread(self) -> None:
        """WatchError where the call that began is in another thread, whose operations are not
        seen. torch.compile cannot trace it: refuse that first."""
        if len(self._calls) == 1:
            self._thread = get_ident()
        elif get_ident() != self._thread:
            refuse_thread(self.module)

    def leave(self) -> None:
        """It ends."""
        if self._calls:
            self._calls.pop()

    def clear(self) -> None:
        """What an error left behind is dropped."""
        self._calls.clear()

    @property
    def innermost(self) -> Call:
        """The call that is going on."""
        return self._calls[-1]

    @property
    def module(self) -> str:
        """The path of the innermost module; "" for the model itself."""
        return self._calls[-1].path if self._calls else ""

    def place(self, operation: str) -> tuple[Place, FrameType]:
        """Where the operation that is being called stands, and the frame that calls it."""
        frame = user_frame()
        call = self.innermost
        spot = (frame.f_code, frame.f_lasti, operation)
        nth = call.met[spot]
        call.met[spot] += 1
        return Place(call.path, *spot, nth), frame


def user_frame() -> FrameType:
    """The innermost frame that is neither of this package nor a wrapper of torch's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename in _WRAPPERS:
        frame = frame.f_back
    return frame or sys._getframe(0)


def file_of(code: CodeType) -> str:
    """The file as people name it: from the working directory or from site-packages on."""
    path = Path(code.co_filename)
    parts = path.parts
    if "site-packages" in parts:
        return "/".join(parts[parts.index("site-packages") + 1 :])
    if path.is_relative_to(Path.cwd()):
        return path.relative_to(Path.cwd()).as_posix()
    return path.name


def place_text(frame: FrameType) -> str:
    """model.py:12."""
    return f"{file_of(frame.f_code)}:{frame.f_lineno}"
