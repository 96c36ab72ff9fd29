"""Whether layers learn the identity: the regression of y on x = y, with skips and without."""

from collections.abc import Iterator, Sequence

import numpy as np

from skipviz.charts import Axis, Bars, Curve, over_seeds
from skipviz.data import DataInfo, OwnData, Split
from skipviz.data.catalogue import OWN
from skipviz.engine.measures.minimal import minimal
from skipviz.engine.training.trainer import Trainer
from skipviz.language import N_, _
from skipviz.measures.results import Result
from skipviz.network import Init, Network
from skipviz.settings import Settings
from skipviz.text import listed, listed_apart, number_text
from skipviz.types import Array

WIDTH = 16
SAMPLES = 1024, 256
ARMS = {"skip": N_("with skips"), "plain": N_("without")}


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
    said = listed_apart(
        _("{name}: {value}", name=_name(way), value=_by_depth(layers, median[:, at]))
        for at, way in enumerate(ways)
    )
    how = listed(
        _(
            "{optimizer} with learning rate {rate}",
            optimizer=_name(way),
            rate=format(way.learning_rate, "g"),
        )
        for way in ways
    )
    return Result(
        verdict=_("Mean squared error with skips and without. {found}.", found=said),
        note=_(
            "y = x for {samples} normal random vectors of {width} numbers, variance 1; tanh layers "
            "of {width}, Xavier, linear readout; {steps} steps, {how}; median and range of {seeds} "
            "seeds.",
            samples=format(SAMPLES[0], ","),
            width=WIDTH,
            steps=ways[0].steps,
            how=how,
            seeds=ways[0].seeds,
        ),
        figure=Bars(
            tuple(str(count) for count in layers),
            tuple(_series(reached, ways)),
            Axis(_("mean squared error"), log=True),
            Axis(_("layers")),
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
            yield over_seeds(listed((_(label), _name(way))), each.T, "" if at else name)


def _by_depth(layers: Sequence[int], errors: Array) -> str:
    """errors (depths, arms)"""
    return listed(
        _(
            "{skips} and {plain} in {count} layers",
            skips=number_text(one),
            plain=number_text(other),
            count=count,
        )
        for count, (one, other) in zip(layers, errors, strict=True)
    )


def _name(way: Settings) -> str:
    return way.optimizer.upper() if way.optimizer == "sgd" else way.optimizer.capitalize()
