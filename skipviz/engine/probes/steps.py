"""What is measured at every step: norms of gradients, states and updates, what skips learn."""

import numpy as np

from skipviz.engine.model.flat import Flat
from skipviz.engine.model.stack import Stack
from skipviz.engine.probes.learned import LearnedSkips, learned_tensors
from skipviz.engine.probes.norms import Index, RowNorms, Stacked, StateRows, WeightRows
from skipviz.engine.probes.passes import Pass, Tensors
from skipviz.engine.probes.uses import Uses
from skipviz.settings import Tier
from skipviz.types import Array


class StepProbes:
    """Measures one step after the other; the buffers are kept between steps."""

    def __init__(self, stack: Stack, tier: Tier) -> None:
        self._parameters = [group.detach() for group in stack.groups]  # the same storage
        self._minimal = tier == "minimal"
        learned = () if self._minimal else learned_tensors(stack)
        self._weights = WeightRows(stack, learned)
        self._learned = LearnedSkips(stack, self._weights) if learned else None
        self._states = StateRows()
        self._state_gradients = StateRows()
        self._norms = RowNorms(self._unread())
        self._uses = Uses(stack)
        self.weighted = self._weights.present
        """Which layers 1..N+1 have weights; the others have NaN for what concerns weights."""

    def _unread(self) -> Index | None:
        """What idle skips would learn: zeros whose norms need not be taken twice."""
        if self._learned is None:
            return None
        parts = self._weights.size * np.arange(3)  # gradients, weights, updates
        return (parts[:, None] + self._learned.idle).ravel()

    def measure(self, made: Pass, updates: Tensors | None, rate: float) -> dict[str, Array]:
        """Name of the probe -> (replicas, layers 1..N+1), or (replicas, skips) of what skips learn.

        The weights are about to change by -rate times `updates` (as `stack.groups`); without them
        (after the last step) the update ratio is NaN.
        """
        if self._minimal:
            return self._minimal_tier(made)
        weights, states = self._weights, self._states
        norms = self._norms.of(
            [
                *weights.of(made.gradients),
                *weights.of(self._parameters),
                *weights.of(updates or self._parameters),
                *self._state_gradients.of(made.state_gradients),
                *states.of(made.states),
            ],
            self._keepers(made, updates),
        )
        of_weights = norms[: 3 * weights.size].reshape(3, -1)
        gradient, weight, update = weights.gather(of_weights)
        state_gradient, state = states.gather(norms[3 * weights.size :].reshape(2, -1))
        change = np.nan if updates is None else rate * update
        measured = {
            **self._uses.measure(gradient, made.uses),
            "state_gradient": state_gradient,
            "state_rms": state / np.sqrt(states.entries),
            "update_ratio": change / np.where(weight, weight, np.nan),
        }
        if self._learned:
            measured |= self._learned.measure(of_weights[0], of_weights[1], made.gates)
        return measured

    def _keepers(self, made: Pass, updates: Tensors | None) -> tuple[object, ...]:
        """What tells that all is the memory of the step before, where it may be."""
        found = made.gradients, updates, made.states
        kept = isinstance(updates, Flat) and isinstance(made.states, Stacked)
        return found if kept else ()

    def _minimal_tier(self, made: Pass) -> dict[str, Array]:
        weights = self._weights.of(made.gradients)
        norms = self._norms.of([*weights, *self._state_gradients.of(made.state_gradients)])
        gradient = self._weights.gather(norms[: self._weights.size])
        return {
            **self._uses.measure(gradient, made.uses),
            "state_gradient": self._state_gradients.gather(norms[self._weights.size :]),
        }
