"""The batches of a comparison: each is read once, and handed to all arms as it is."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from skipviz.engine.own_model.errors import WatchError
from skipviz.engine.own_model.random_states import RandomStates
from skipviz.engine.own_model.tensors import tensors_in
from skipviz.language import _

LARGEST_KEPT = 2 * 2**30
"""Bytes of batches that are kept where more arms are compared than there are copies at a time."""


class Batches:
    """Up to `steps` batches. A list or a DataLoader begins anew when it ends, an iterator ends.

    They are kept for another round as long as `keep` is set.
    """

    def __init__(self, batches: Iterable[Any], steps: int) -> None:
        self.keep = True
        self._batches, self._steps = batches, steps
        self._kept: list[tuple[Any, RandomStates]] = []
        self._bytes = 0
        self._read = 0
        self._source = iter(batches)
        first = self._next()
        if first is None:
            raise ValueError(_("There are no batches."))
        self.first = first[0]

    def __iter__(self) -> Iterator[tuple[Any, RandomStates]]:
        """Every batch with the random states that every arm begins its step with."""
        if self._kept:
            yield from self._kept
            return
        batch: tuple[Any] | None = (self.first,)
        while batch is not None:
            states = RandomStates.now()
            self._hold(batch[0], states)
            yield batch[0], states
            batch = self._next()

    def _next(self) -> tuple[Any] | None:
        """The next batch in a tuple of one; None after the last."""
        if self._read >= self._steps:
            return None
        for __ in range(2):
            try:
                batch = next(self._source)
            except StopIteration:
                if self._source is self._batches:
                    return None
                self._source = iter(self._batches)
            else:
                self._read += 1
                return (batch,)
        return None

    def _hold(self, batch: Any, states: RandomStates) -> None:
        if not self.keep:
            return
        self._kept.append((batch, states))
        self._bytes += sum(each.nbytes for each in tensors_in(batch))
        if self._bytes > LARGEST_KEPT:
            raise WatchError(
                _(
                    "The batches of {steps} steps take more than {most} GiB, and with so many "
                    "arms they are kept. Compare fewer arms or steps, or let more copies of the "
                    "model be trained at a time (copies=).",
                    steps=self._steps,
                    most=LARGEST_KEPT >> 30,
                )
            )


@contextmanager
def unwritten(batch: Any, who: str) -> Iterator[None]:
    """WatchError where a batch is written into, which `who` is to see as it is."""
    given = _versions(batch)
    yield
    if _versions(batch) != given:
        raise WatchError(
            _(
                "loss(model, batch) writes into the batch, so {who} would see another one. "
                "Let it work on a copy (tensor.clone()).",
                who=who,
            )
        )


def _versions(batch: Any) -> tuple[tuple[int, int], ...]:
    """What changes when a batch is written into."""
    return tuple((id(each), each._version) for each in tensors_in(batch))
