"""Passes on a CUDA device as one graph: a single launch for what takes hundreds.

Layers as small as these are computed before Python has asked for the next operation. A CUDA graph
records the operations of one pass and replays them all at once.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.chain import passes_of
from skipviz.engine.probes.passes import Pass, Tensors

Passes = Callable[[Tensor, Tensor], Pass]

WARM_UP = 3  # passes before recording, in which libraries choose their ways


def passes_on(stack: Stack, device: torch.device, gradients: Tensors = ()) -> Passes:
    """`forward_backward` of this stack, the fastest way on this device.

    x and y have the same shapes at every call; what a pass gave is valid until the next.
    `gradients` as in `ChainPasses`.
    """
    passes = passes_of(stack, gradients)
    return GraphedPasses(stack, passes) if device.type == "cuda" else passes


class GraphedPasses:
    """The same passes, recorded at the first call and replayed into the same memory since."""

    def __init__(self, stack: Stack, passes: Passes) -> None:
        self._stack = stack
        self._passes = passes
        self._chosen: Passes | None = None

    def __call__(self, x: Tensor, y: Tensor) -> Pass:
        if self._chosen is None:
            self._chosen = self._choose(x.clone(), y.clone())
        return self._chosen(x, y)

    def _choose(self, x: Tensor, y: Tensor) -> Passes:
        """The replay; the passes as they are where they draw masks, which a graph cannot."""
        if self._warm_up(x, y):
            return self._passes
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            made = self._passes(x, y)

        def replay(x: Tensor, y: Tensor) -> Pass:
            made.x.copy_(x)
            made.y.copy_(y)
            graph.replay()
            return made

        return replay

    def _warm_up(self, x: Tensor, y: Tensor) -> bool:
        """Passes on a stream of their own, as recording asks for; whether they drew masks."""
        aside = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        aside.wait_stream(torch.cuda.current_stream())
        with self._stack.fork_rng():
            with torch.cuda.stream(aside):
                for _ in range(WARM_UP):
                    self._passes(x, y)
            torch.cuda.current_stream().wait_stream(aside)
            return self._stack.plan.noise.drawn
