"""What was learned, in messages: scores of the test split, training losses, failures."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from skipviz.language import _
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import messages as say
from skipviz.runs.verdict.judging import are_even, makes_worse
from skipviz.runs.verdict.message import Message, Value
from skipviz.runs.verdict.told import Told
from skipviz.text import (
    loss_text,
    percent_text,
    percents_alike,
    scores_alike,
    spread_texts,
    with_range,
)


def learned_messages(run: Recording, arms: Sequence[Told]) -> Iterator[Message]:
    """Scores first, then what they leave open; nothing at the initial weights."""
    by_name = {told.arm: told for told in arms}
    skip, plain = by_name.get("skip"), by_name.get("plain")
    paired = skip and plain and _has_score(skip) and _has_score(plain)
    if skip and plain and paired:
        yield _scores(run, skip, plain)
    if run.drawn is None and run.tells_loss:
        yield from _batch_losses(run, [told for told in arms if not told.seen.failed])
    for told in sorted(arms, key=_broke_at):
        yield from _failures(told)
        if _has_score(told) and not (paired and told in (skip, plain)):
            yield _score(run, told)
        elif not told.seen.failed and not _has_score(told) and told.seen.evaluated is not None:
            yield told.message(say.NO_SCORE)
    if _only_with_skips(arms):
        yield Message(say.ONLY_WITH_SKIPS, {})
    for told in arms:
        yield from _what_the_score_leaves_open(run, told)


def _batch_losses(run: Recording, sound: Sequence[Told]) -> Iterator[Message]:
    """Of a model that nobody drew: a test split there is none."""
    skips = [told for told in sound if told.arm == "skip"]
    without = [told for told in sound if told.arm != "skip"]
    if not run.beside_training:
        without = [told for told in without if told.arm == "plain"]
    for skip, other in zip(skips, without, strict=False):
        values = {
            "step": Value(str(skip.seen.step)),
            "with_loss": Value(loss_text(skip.found.loss), "skip"),
            "without_loss": Value(loss_text(other.found.loss), other.arm),
        }
        if run.beside_training:
            values["who"] = Value(other.who, within=True)
        yield Message(say.BATCH_LOSSES_BESIDE if run.beside_training else say.BATCH_LOSSES, values)


def _has_score(told: Told) -> bool:
    return not told.seen.failed and bool(np.isfinite(told.seen.learned.test_score))


def _only_with_skips(arms: Sequence[Told]) -> bool:
    outcomes = {told.arm: told.found.outcome for told in arms}
    failed = [arm for arm, outcome in outcomes.items() if outcome == "failed"]
    return failed == ["skip"] and outcomes.get("plain") == "learns"


def _broke_at(told: Told) -> float:
    """The step: of those that broke down the first is told first."""
    steps = [failure.step for failure in told.seen.failures]
    return min(steps) if told.seen.failed and steps else math.inf


def _failures(told: Told) -> Iterator[Message]:
    seen, seeds = told.seen, told.seen.run.settings.seeds
    broken = seeds - len(seen.seeds)
    counts = {"broken": str(broken), "seeds": str(seeds)}
    if not seen.failed:
        if broken:
            yield told.message(say.SOME_FAILED, **counts)
        return
    if not told.trained:
        yield told.message(say.NOT_A_NUMBER)
        return
    if not seen.failures:
        yield told.message(say.FAILED_UNKNOWN)
        return
    first = min(seen.failures, key=lambda failure: failure.step)
    template = say.FAILED_SEEDS if seeds > 1 else say.FAILED
    where = {"step": str(first.step), "what": first.what(seen.run.layers)}
    yield told.message(template, **where, **(counts if seeds > 1 else {}))


def _scores(run: Recording, skip: Told, plain: Told) -> Message:
    """Both in one sentence."""
    classes = run.info.task == "classification"
    writes = _writes_score(run, [*_test_scores(skip), *_test_scores(plain)])
    values = {
        "with_score": Value(with_range(_test_scores(skip), writes), "skip"),
        "without_score": Value(with_range(_test_scores(plain), writes), "plain"),
        **_around(run),
    }
    if _early(skip) and _early(plain):
        return Message(say.SCORES_EARLY if classes else say.R2S_EARLY, values)
    settled = not (_early(skip) or _early(plain))
    worse = settled and makes_worse(skip.seen.learned, plain.seen.learned)
    if not classes:
        return Message(say.R2S_WORSE if worse else say.R2S, values)
    middle, low, high = spread_texts(_test_scores(plain), writes)
    if low == high:
        return Message(say.SCORES_WORSE if worse else say.SCORES, values)
    ends = {"without_score": middle, "low": low, "high": high}
    values |= {name: Value(text, "plain") for name, text in ends.items()}
    return Message(say.SCORES_WORSE_IN_SEEDS if worse else say.SCORES_IN_SEEDS, values)


def _score(run: Recording, told: Told) -> Message:
    classes, early = run.info.task == "classification", _early(told)
    if classes:
        template = say.SCORE_EARLY if early else say.SCORE
    else:
        template = say.R2_EARLY if early else say.R2
    message = told.message(template, score=_score_text(run, _test_scores(told)))
    return Message(template, {**message.values, **_around(run)})


def _early(told: Told) -> bool:
    return told.found.outcome == "early"


def _test_scores(told: Told) -> list[float]:
    return told.seen.over_seeds("accuracy", "test")


def _score_text(run: Recording, scores: Sequence[float]) -> str:
    return with_range(scores, _writes_score(run, scores))


def _writes_score(run: Recording, scores: Sequence[float]) -> Callable[[float], str]:
    """With the same number of digits, so that those of one sentence can be compared."""
    return (percents_alike if run.info.task == "classification" else scores_alike)(scores)


def _r2(run: Recording) -> Value:
    """Of several targets it is a mean."""
    several = len(run.info.targets)
    return Value(_("the mean R² of {count} targets", count=several) if several > 1 else "R²")


def _around(run: Recording) -> dict[str, Value]:
    return {
        "r2": _r2(run),
        "things": Value(_(run.info.things)),
        "chance": Value(percent_text(run.info.chance)),
    }


def _what_the_score_leaves_open(run: Recording, told: Told) -> Iterator[Message]:
    if told.seen.failed:
        if told.seen.update_is_another:
            yield told.message(say.NOT_ITS_GRADIENT)
        return
    learned = told.seen.learned
    losses = {
        "start": with_range(told.seen.start_losses, loss_text),
        "now": with_range(told.seen.over_seeds("loss", "train"), loss_text),
    }
    if told.found.outcome == "worse":
        yield told.message(say.WORSE, **losses)
        if told.seen.update_is_another:
            yield told.message(say.NOT_ITS_GRADIENT)
    elif told.found.outcome == "hardly learns":
        even = told.found.state == "not training" and are_even(told.seen.shares)
        yield told.message(say.HARDLY_THOUGH_EVEN if even else say.HARDLY, **losses)
    elif told.found.outcome == "learns" and learned.by_heart:
        template = say.BY_HEART if run.info.task == "classification" else say.BY_HEART_R2
        fitted = told.seen.over_seeds("accuracy", "train")
        message = told.message(template, score=_score_text(run, fitted))
        yield Message(template, {**message.values, "r2": _r2(run)})
