"""Passes on a CUDA device as one graph: one launch each instead of hundreds.

The layers measured here are so small that a GPU is done with an operation before Python has asked
for the next. A CUDA graph records the operations of one pass and replays them all at once.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from skipviz.model.stack import Stack
from skipviz.probes.passes import Pass

Passes = Callable[[Tensor, Tensor], Pass]

WARM_UP = 3  # passes before recording, as torch asks for: libraries set themselves up in them


class GraphedPasses:
    """The same passes as `passes`, into the same memory each time: valid until the next."""

    def __init__(self, stack: Stack, passes: Passes) -> None:
        self._stack = stack
        self._passes = passes
        self._graph: torch.cuda.CUDAGraph | None = None
        self._made: Pass

    def __call__(self, x: Tensor, y: Tensor) -> Pass:
        """x and y have the same shapes at every call."""
        if self._graph is None:
            self._record(x, y)
        self._made.x.copy_(x)
        self._made.y.copy_(y)
        self._graph.replay()
        return self._made

    def _record(self, x: Tensor, y: Tensor) -> None:
        x, y = x.clone(), y.clone()
        with self._stack.undisturbed():
            aside = torch.cuda.Stream()
            aside.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(aside):
                for _ in range(WARM_UP):
                    self._passes(x, y)
            torch.cuda.current_stream().wait_stream(aside)
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._made = self._passes(x, y)
