"""Whether layers learn the identity: the regression of y on x = y, with skips and without."""

from collections.abc import Iterator, Sequence

import numpy as np

from skipviz.charts import Axis, Bars, Curve, over_seeds
from skipviz.data import DataInfo, OwnData, Split
from skipviz.data.catalogue import OWN
from skipviz.engine.measures.minimal import minimal
from skipviz.engine.training.trainer import Trainer
from skipviz.measures.results import Result
from skipviz.network import Init, Network
from skipviz.settings import Settings
from skipviz.text import number_text
from skipviz.types import Array

WIDTH = 16
SAMPLES = 1024, 256
ARMS = {"skip": "with skips", "plain": "without"}


def losses(blocks: Sequence[int], ways: Sequence[Settings]) -> Iterator[Result]:
    """Training loss for 1, 2, .. blocks of two layers, by several ways to train."""
    reached: list[Array] = []
    for count in blocks:
        reached.append(np.stack([trained(count, way) for way in ways]))
        yield _result(blocks, np.stack(reached), ways)


def trained(blocks: int, settings: Settings) -> Array:
    """(arms, seeds): mean squared error of the train split at the end, infinite if broken down."""
    chosen = minimal(settings, data=OWN, arms=tuple(ARMS), evaluate_every=max(settings.steps, 1))
    trainer = Trainer(chain_of(blocks), chosen, identity_data())
    found = np.full((len(ARMS), settings.seeds), np.inf)
    while not trainer.finished:
        frame = trainer.step()
        if frame.evaluation is not None and frame.step == settings.steps:
            found = np.nan_to_num(frame.evaluation.train_loss, nan=np.inf)
    return found


def chain_of(blocks: int) -> Network:
    """Blocks of two tanh layers, all as wide as the input, a skip around each, a linear readout."""
    skips = tuple((k, k + 2) for k in range(0, 2 * blocks, 2))
    init = Init(scheme="xavier")
    return Network.mlp(2 * blocks, WIDTH, activation="tanh", init=init, skips=skips)


def identity_data() -> OwnData:
    """Normal random vectors that are their own targets."""
    random = np.random.default_rng(0)
    train, test = (random.standard_normal((n, WIDTH)).astype(np.float32) for n in SAMPLES)
    about = DataInfo(OWN, "y = x", (WIDTH,), WIDTH, 0, "random numbers", "Own", "regression")
    return OwnData(about, Split(train, train, test, test))


def _result(blocks: Sequence[int], reached: Array, ways: Sequence[Settings]) -> Result:
    """reached (blocks, ways, arms, seeds)"""
    layers = [2 * count for count in blocks[: len(reached)]]
    median = np.median(reached, 3)
    said = [
        f"{_name(way)}: "
        + ", ".join(
            f"{number_text(one)} and {number_text(other)} in {count} layers"
            for count, (one, other) in zip(layers, median[:, at], strict=True)
        )
        for at, way in enumerate(ways)
    ]
    how = ", ".join(f"{_name(way)} with learning rate {way.learning_rate:g}" for way in ways)
    return Result(
        verdict=f"Mean squared error with skips and without. {'; '.join(said)}.",
        note=f"y = x for {SAMPLES[0]:,} normal random vectors of {WIDTH} numbers, variance 1; "
        f"tanh layers of {WIDTH}, Xavier, linear readout; {ways[0].steps} steps, {how}; median "
        f"and range of {ways[0].seeds} seeds.",
        figure=Bars(
            tuple(str(count) for count in layers),
            tuple(_series(reached, ways)),
            Axis("mean squared error", log=True),
            Axis("layers"),
        ),
        values=tuple(
            (f"{_name(way)}, {count} layers, {label}", float(median[row, at, arm]))
            for at, way in enumerate(ways)
            for row, count in enumerate(layers)
            for arm, label in enumerate(ARMS.values())
        ),
    )


def _series(reached: Array, ways: Sequence[Settings]) -> Iterator[Curve]:
    """The first way has the colours of its arms."""
    for at, way in enumerate(ways):
        for arm, (name, label) in enumerate(ARMS.items()):
            each = reached[:, at, arm]
            yield over_seeds(f"{label}, {_name(way)}", each.T, "" if at else name)


def _name(way: Settings) -> str:
    return way.optimizer.upper() if way.optimizer == "sgd" else way.optimizer.capitalize()
