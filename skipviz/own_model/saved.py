"""A run of a model in one JSON file: structure and frames, no weights, no pickle.

What comes from elsewhere is checked against a schema with bounds before any of it is used.
"""

import json
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

import numpy as np
from pydantic import Field, ValidationError, model_validator

from skipviz.data import DataError
from skipviz.language import _, _n
from skipviz.own_model.cut import Weights
from skipviz.own_model.foreign import said_of_another, said_of_no_json
from skipviz.own_model.run import ModelRun
from skipviz.own_model.structure import MOST_SKIPS, Count, Structure, Text
from skipviz.runs.frame import Failure, Frame
from skipviz.spec import Spec, said_of
from skipviz.types import Array, Steps

LARGEST_FILE = 64 * 2**20
MOST_NUMBERS = 4_000_000
MOST_ROWS = 10_000
MOST_ARMS = 128

Number = float | None
"""None stands for NaN and infinities, which JSON has not."""
ArmName = Annotated[str, Field(min_length=1, max_length=400)]
Series = list[list[Number]]
Step = Annotated[int, Field(ge=0, le=10**9)]


class _Break(Spec):
    arm: ArmName
    step: Step
    layer: Annotated[int, Field(ge=0, le=10**6)]
    quantity: Annotated[str, Field(max_length=40)]


class SavedRun(Spec):
    """Rows by step. `gradient` is by arm, row and layer, `shares` by arm, row and skip.

    `weights` and `cut` are those of `ModelRun`; files that lack them were trained arm by arm.
    """

    format: Literal["skipviz model run"] = "skipviz model run"
    version: Literal[1] = 1
    structure: Structure
    arms: tuple[ArmName, ...] = Field(min_length=1, max_length=MOST_ARMS)
    steps: list[Step] = Field(max_length=MOST_ROWS)
    seconds: list[Number] = Field(max_length=MOST_ROWS)
    loss: Series
    gradient: list[Series]
    share_steps: list[Step] = Field(default=[], max_length=MOST_ROWS)
    shares: list[Series] = Field(default=[], max_length=MOST_ARMS)
    failures: tuple[_Break, ...] = Field(default=(), max_length=MOST_ARMS)
    device: Annotated[str, Field(max_length=40)] = "cpu"
    notes: tuple[Text, ...] = Field(default=(), max_length=100)
    weights: Weights = "each trained"
    cut: tuple[Count, ...] | None = Field(default=None, max_length=MOST_SKIPS)

    @model_validator(mode="after")
    def _everything_has_one_size(self) -> Self:
        arms, rows = len(self.arms), len(self.steps)
        layers, skips = len(self.structure.layers), len(self.structure.skips)
        if len(set(self.arms)) < arms:
            raise ValueError(_("An arm is named twice."))
        for steps in (self.steps, self.share_steps):
            if any(after <= before for before, after in pairwise(steps)):
                raise ValueError(_("Steps have to rise."))
        if len(self.seconds) != rows or not _is(self.loss, arms, rows):
            raise ValueError(
                _("loss has to be {arms} × {rows}, arms × rows.", arms=arms, rows=rows)
            )
        if not _are(self.gradient, arms, rows, layers):
            raise ValueError(
                _(
                    "gradient has to be {arms} × {rows} × {layers}, arms × rows × layers.",
                    arms=arms,
                    rows=rows,
                    layers=layers,
                )
            )
        if any(skip >= skips for skip in self.cut or ()):
            raise ValueError(
                _n(
                    "cut has to name some of {count} skip by its number.",
                    "cut has to name some of {count} skips by their numbers.",
                    skips,
                )
            )
        taken = len(self.share_steps)
        if self.share_steps and not _are(self.shares, arms, taken, skips):
            raise ValueError(
                _(
                    "shares have to be {arms} × {taken} × {skips}, arms × rows × skips.",
                    arms=arms,
                    taken=taken,
                    skips=skips,
                )
            )
        return self


def _is(series: Series, rows: int, columns: int) -> bool:
    return len(series) == rows and all(len(row) == columns for row in series)


def _are(series: list[Series], arms: int, rows: int, columns: int) -> bool:
    return len(series) == arms and all(_is(each, rows, columns) for each in series)


def save_run(run: ModelRun, path: str | Path) -> None:
    """Write a run as JSON: names of modules, files and lines, and measured numbers.

    More than four million numbers are thinned to evenly spaced steps, the last among them.
    ValueError where the model has more layers or skips than a file may hold.
    """
    text = saved(run).model_dump_json()
    Path(path).write_text(text, encoding="utf-8")


def saved(run: ModelRun) -> SavedRun:
    """The run as validated data."""
    still = run.frozen()
    steps = still.row_steps
    kept = _kept(len(steps), len(run.arms) * max(run.layers, 1))
    shares = still.snapshot_steps()
    chosen = _kept(len(shares), len(run.arms) * max(len(run.skips), 1))
    return SavedRun(
        structure=run.structure,
        arms=run.arms,
        steps=steps[kept].tolist(),
        seconds=_numbers(still.seconds()[kept]),
        loss=[_numbers(still.loss(arm)[kept]) for arm in run.arms],
        gradient=[_table(still.gradient_norms(arm)[kept]) for arm in run.arms],
        share_steps=shares[chosen].tolist(),
        shares=[_table(still.shares(arm)[chosen]) for arm in run.arms] if len(shares) else [],
        failures=tuple(
            _Break(arm=each.arm, step=each.step, layer=each.layer, quantity=each.quantity)
            for each in run.failures[:MOST_ARMS]
        ),
        device=run.device,
        notes=run.notes,
        weights=run.weights,
        cut=None if run.cut is None else tuple(sorted(run.cut)),
    )


def load_run(path: str | Path) -> ModelRun:
    """The run of `save_run`. DataError says what is wrong with a file."""
    file = Path(path)
    size = file.stat().st_size
    if size > LARGEST_FILE:
        raise DataError(
            _(
                "{file} has {size} bytes; a run has {most} at most.",
                file=file.name,
                size=format(size, ","),
                most=format(LARGEST_FILE, ","),
            )
        )
    return run_from_json(file.read_bytes(), file.name)


def run_from_json(text: bytes, name: str = "The file") -> ModelRun:
    """The run in the bytes of a file; DataError where they hold none."""
    if len(text) > LARGEST_FILE:
        raise DataError(
            _("{name} is larger than {most} bytes.", name=name, most=format(LARGEST_FILE, ","))
        )
    try:
        told = json.loads(text)
        if not isinstance(told, dict) or "structure" not in told:
            raise DataError(said_of_another(told, name))
        return run_of(SavedRun.model_validate(told))
    except DataError:
        raise
    except ValidationError as error:
        said = [
            _("{where}: {problem}", where=_place(name, each["loc"]), problem=said_of(each))
            for each in error.errors()
        ]
        raise DataError(said) from None
    except (ValueError, RecursionError) as error:
        raise DataError(said_of_no_json(error, text, name)) from None


def run_of(held: SavedRun) -> ModelRun:
    """The run of validated data."""
    run = ModelRun(
        held.structure,
        held.arms,
        steps=max(held.steps, default=0),
        notes=held.notes,
        weights=held.weights,
        cut=None if held.cut is None else frozenset(held.cut),
    )
    run.extend(_frames(held))
    return run


def _frames(held: SavedRun) -> list[Frame]:
    arms, layers = len(held.arms), len(held.structure.layers)
    norms = np.array(held.gradient, np.float64).reshape(arms, len(held.steps), layers)
    losses = np.array(held.loss, np.float64).reshape(arms, len(held.steps))
    shares = np.array(held.shares, np.float64) if held.shares else np.empty((arms, 0, 0))
    at = {step: place for place, step in enumerate(held.share_steps)}
    frames = []
    for row, (step, seconds) in enumerate(zip(held.steps, held.seconds, strict=True)):
        broke = [Failure(each.arm, 0, each.step, each.layer, each.quantity)
                 for each in held.failures if each.step == step]  # fmt: skip
        taken = {"skip_share": shares[:, at[step], None]} if step in at else None
        frames.append(
            frame_of(step, seconds or 0.0, losses[:, row], norms[:, row], tuple(broke), taken)
        )
    return frames


def frame_of(
    step: int,
    seconds: float,
    losses: Array,
    norms: Array,
    failures: tuple[Failure, ...] = (),
    snapshot: dict[str, Array] | None = None,
    device: str = "cpu",
) -> Frame:
    """The frame of one step: (arms,) losses, (arms, layers) norms, (arms, 1, skips) shares."""
    readout = np.full((len(norms), 1), np.nan)
    return Frame(
        step=step,
        seconds=seconds,
        loss=losses[:, None],
        accuracy=np.full((len(losses), 1), np.nan),
        probes={"weight_gradient": np.hstack([norms, readout])[:, None]},
        failures=failures,
        snapshot=snapshot,
        device=device,
    )


def _place(name: str, where: tuple[int | str, ...]) -> str:
    return f"{name}: {'.'.join(map(str, where))}" if where else name


def _kept(rows: int, width: int) -> Steps:
    most = min(MOST_ROWS, max(2, MOST_NUMBERS // width))
    return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64))


def _numbers(values: Array) -> list[Number]:
    return [_short(value) if np.isfinite(value) else None for value in values.tolist()]


def _short(value: float) -> float:
    """Nine digits hold all that float32 does."""
    return float(f"{value:.9g}")


def _table(values: Array) -> Series:
    return [_numbers(row) for row in values]
