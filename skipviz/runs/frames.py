"""The frames of a run, read back from its rows."""

from collections.abc import Iterator, Sequence
from typing import overload

from skipviz.runs.frame import ConstantChannels, Evaluation, Failure, Frame
from skipviz.runs.rows import Rows


class Frames(Sequence[Frame]):
    """The kept frames, put together again when one is asked for."""

    def __init__(
        self,
        rows: Rows,
        evaluations: Rows,
        snapshots: Rows,
        failures: tuple[Failure, ...],
        device: str,
        constant: tuple[ConstantChannels, ...],
    ) -> None:
        self._rows = rows
        self._evaluations = evaluations
        self._snapshots = snapshots
        self._failures = failures
        self._device = device
        self._constant = constant

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Frame: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Frame]: ...
    def __getitem__(self, at: int | slice) -> Frame | Sequence[Frame]:
        places = range(len(self))[at]
        return self._frame(places) if isinstance(places, int) else [*map(self._frame, places)]

    def __iter__(self) -> Iterator[Frame]:
        return map(self._frame, range(len(self)))

    def _frame(self, place: int) -> Frame:
        step, row = int(self._rows.steps[place]), self._rows.row(place)
        evaluation = self._evaluations.row_of(step)
        return Frame(
            step=step,
            seconds=float(row.pop("seconds")),
            probe_seconds=float(row.pop("probe_seconds")),
            loss=row.pop("loss"),
            accuracy=row.pop("accuracy"),
            probes=row,
            evaluation=Evaluation(**evaluation) if evaluation is not None else None,
            failures=tuple(failure for failure in self._failures if failure.step == step),
            snapshot=self._snapshots.row_of(step),
            device=self._device,
            constant=self._constant if step == 0 else (),
        )
