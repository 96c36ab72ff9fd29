"""The runs of a study: one network, one arm and one seed each, with a key that says which."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple

from skipviz import presets
from skipviz.arms import STANDARD_ARMS, Arm
from skipviz.network import Init, Network, NetworkError
from skipviz.settings import Settings
from skipviz.studies.patterns import Ends, Pattern
from skipviz.studies.study import Study, init_label

REVISION = 1
"""Part of every key: raise it when the same settings begin to give other numbers."""

Value = str | int | float


@dataclass(frozen=True)
class Trial:
    """One run of a study. `settings` hold what it shares with others, not its arm and seed.

    `factors` name it in figures and tables. A network that cannot be drawn is None, and `error`
    says why.
    """

    factors: dict[str, Value]
    network: Network | None
    arm: str
    seed: int
    measure: str
    settings: Settings
    error: str = ""
    drawing: str = field(default="", repr=False)

    @cached_property
    def key(self) -> str:
        """The same for the same run whatever the study, and for no other run."""
        text = json.dumps([REVISION, *self.describe().items()], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:32]

    def describe(self) -> dict[str, Any]:
        """Everything that fixes the numbers of this run, as plain data."""
        used = {"data", "batch_size"}
        if self.measure == "training":
            used |= {"steps", "optimizer", "learning_rate", "momentum"}
        return {
            "network": self.drawing or json.dumps(self.factors),
            "arm": self.arm,
            "seed": self.seed,
            "measure": self.measure,
            **{name: getattr(self.settings, name) for name in sorted(used)},
        }

    @property
    def gains(self) -> Arm:
        """Its arm."""
        return STANDARD_ARMS[self.arm]


def trials(study: Study) -> list[Trial]:
    """All runs of a study in its order; combinations that mean the same run occur once."""
    found: dict[str, Trial] = {}
    for trial in _all(study):
        found.setdefault(trial.key, trial)
    return list(found.values())


class _Cell(NamedTuple):
    """One combination of factors."""

    data: str
    depth: int
    width: int
    activation: str
    init: Init
    norm: str
    order: str
    pattern: Pattern
    join: str
    kind: str
    branch_scale: float


@dataclass(frozen=True)
class _Drawn:
    factors: dict[str, Value]
    network: Network | None
    error: str = ""


def _all(study: Study) -> Iterator[Trial]:
    values = [getattr(study, name) for name in _Cell._fields]
    for cell in map(_Cell._make, product(*values)):
        for drawn in _drawn(cell):
            yield from _of_network(study, drawn)


def _drawn(cell: _Cell) -> Iterator[_Drawn]:
    """The networks of one combination: several only where the pattern stands for several."""
    pattern = cell.pattern
    if pattern.preset is not None:
        network = presets.load(pattern.preset)
        factors: dict[str, Value] = {"data": cell.data, "depth": network.depth}
        yield _Drawn(factors | {"pattern": pattern.name}, network)
        return
    named = cell._asdict() | {"init": init_label(cell.init), "pattern": pattern.name}
    for ends in pattern.drawings(cell.depth):
        if pattern.name == "single":
            named = named | {"source": ends[0][0], "target": ends[0][1]}
        try:
            yield _Drawn(named, _network(cell, ends))
        except NetworkError as error:
            yield _Drawn(named, None, str(error))


def _network(cell: _Cell, ends: Ends) -> Network:
    how: dict[str, Any] = {"kind": cell.kind, "join": cell.join}
    if cell.pattern.joins_by_concatenation:
        how = {"kind": "concat"}
    elif cell.branch_scale != 1:
        how["branch_scale"] = cell.branch_scale
    style = {name: getattr(cell, name) for name in ("activation", "init", "norm", "order")}
    return Network.of(
        layers=[{"kind": "dense", "width": cell.width}] * cell.depth,
        skips=[{"source": p, "target": q, **how} for p, q in ends],
        defaults=style,
    )


def _of_network(study: Study, drawn: _Drawn) -> Iterator[Trial]:
    """Arms differ only where there is a skip; the first stands for all where there is none."""
    network = drawn.network
    arms = study.arms if network is None or network.skips else study.arms[:1]
    drawing = "" if network is None else network.to_json()
    rates = study.learning_rate if study.measure == "training" else study.learning_rate[:1]
    for rate in rates:
        settings = _settings(study, str(drawn.factors["data"]), rate)
        factors = drawn.factors
        if study.measure == "training":
            factors = factors | {"learning_rate": rate}
        for arm, seed in product(arms, range(study.seed, study.seed + study.seeds)):
            named = factors | {"arm": arm}
            yield Trial(named, network, arm, seed, study.measure, settings, drawn.error, drawing)


def _settings(study: Study, data: str, rate: float) -> Settings:
    steps = study.steps if study.measure == "training" else 0
    return Settings(
        data=data,
        steps=steps,
        batch_size=study.batch_size,
        optimizer=study.optimizer,
        learning_rate=rate,
        momentum=study.momentum,
        evaluate_every=max(steps, 1),
        snapshot_every=max(steps, 1),
        probes="minimal",
        device="cpu",
    )
