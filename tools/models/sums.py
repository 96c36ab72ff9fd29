"""Counts the sums and concatenations of a forward pass, so that none is missed in silence."""

import sys
from collections import Counter
from types import FrameType
from typing import Any

from torch import Tensor
from torch.overrides import TorchFunctionMode

from skipviz.engine.own_model.operations import ADD, CONCAT, name_of
from skipviz.engine.own_model.places import file_of


class Sums(TorchFunctionMode):
    """By file and line: how often two states of one shape were added, or several laid together.

    States are tensors with a gradient that are no weights. Knows nothing of sources or branches.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lines: Counter[tuple[str, int]] = Counter()

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Counts, and calls."""
        kwargs = kwargs or {}
        name = name_of(func)
        states: list[Tensor] = []
        if name in ADD:
            given = [*args, *kwargs.values()]
            states = [each for each in given if isinstance(each, Tensor) and _is_state(each)]
            if len({each.shape for each in states}) > 1:
                states = []
        elif name in CONCAT:
            listed = args[0] if args else kwargs.get("tensors", ())
            states = [each for each in listed if isinstance(each, Tensor) and _is_state(each)]
        if len({id(each) for each in states}) > 1:
            frame = _caller(sys._getframe(1))
            self.lines[file_of(frame.f_code), frame.f_lineno] += 1
        return func(*args, **kwargs)


def _is_state(tensor: Tensor) -> bool:
    return tensor.requires_grad and not tensor.is_leaf


def _caller(frame: FrameType) -> FrameType:
    """The code that is not torch's own."""
    while "/torch/" in frame.f_code.co_filename and frame.f_back is not None:
        frame = frame.f_back
    return frame
