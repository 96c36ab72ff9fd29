"""What was learned, in messages: scores of the test split, training losses, failures."""

import math
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from skipviz.language import _
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import messages as say
from skipviz.runs.verdict.judging import EARLY, are_even, is_sure, makes_worse, outcome_of
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
    """Scores first, then what they leave open; at the initial weights only that both arms are one
    there."""
    by_name = {told.arm: told for told in arms}
    skip, plain = by_name.get("skip"), by_name.get("plain")
    paired = skip and plain and _has_score(skip) and _has_score(plain)
    same = skip and plain and _are_same(skip, plain)
    if skip and plain and paired:
        yield _same(run, skip) if same else _scores(run, skip, plain)
    elif skip and same and not skip.seen.step:
        yield Message(say.SAME_AT_START, {})
    if run.drawn is None and run.tells_loss:
        yield from _batch_losses(run, [told for told in arms if not told.seen.failed])
    for told in sorted(arms, key=_broke_at):
        yield from _failures(told)
        if _has_score(told) and not (paired and told in (skip, plain)):
            yield _dated(told, _score(run, told))
        elif not told.seen.failed and not _has_score(told) and told.seen.evaluated is not None:
            yield _dated(told, told.message(say.NO_SCORE))
    if _only_with_skips(arms):
        yield Message(say.ONLY_WITH_SKIPS, {})
    for told in arms:
        yield from _what_the_score_leaves_open(run, told)


def _older(told: Told) -> int:
    """The step of its last evaluation where a later one is shown, else 0."""
    step = told.seen.learned.steps
    return step if step < told.seen.step else 0


def _dated(told: Told, message: Message) -> Message:
    """With the step of the evaluation where that is an older one."""
    step = _older(told)
    return Message(say.AT_STEP, {"step": Value(str(step)), "said": message}) if step else message


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
    broken = {told.arm: told.seen.run.settings.seeds - len(told.seen.seeds) for told in arms}
    failed = [told.arm for told in arms if told.seen.failed]
    learns = any(told.arm == "plain" and told.found.outcome == "learns" for told in arms)
    return failed == ["skip"] and learns and not broken["plain"]


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
        values["when"] = Value(
            _("At step {step}", step=_older(skip)) if _older(skip) else _("So far")
        )
        return Message(say.SCORES_EARLY if classes else say.R2S_EARLY, values)
    clause = _worse(run, skip, plain)
    if clause is not None:
        values["clause"] = Value(clause)
    if not classes:
        return _dated(skip, Message(say.R2S_WORSE if clause else say.R2S, values))
    middle, low, high = spread_texts(_test_scores(plain), writes)
    if low == high:
        return _dated(skip, Message(say.SCORES_WORSE if clause else say.SCORES, values))
    ends = {"without_score": middle, "low": low, "high": high}
    values |= {name: Value(text, "plain") for name, text in ends.items()}
    template = say.SCORES_WORSE_IN_SEEDS if clause else say.SCORES_IN_SEEDS
    return _dated(skip, Message(template, values))


def _worse(run: Recording, skip: Told, plain: Told) -> str | None:
    """Whether the skips make it worse, and how sure that is, in words."""
    learns = not _early(skip) and plain.found.outcome == "learns"
    with_skips, without = skip.seen.learned, plain.seen.learned
    if not learns or not makes_worse(with_skips, without):
        return None
    seeds = run.settings.seeds
    if seeds == 1:
        return _(say.WORSE_HERE if is_sure(with_skips, without) else say.WORSE_WITH_THIS_SEED)
    count = sum(_worse_in(skip, plain, seed) for seed in range(seeds))
    if count == seeds:
        return _(say.WORSE_HERE)
    return _(say.WORSE_IN_SEEDS, count=count, seeds=seeds) if 2 * count > seeds else None


def _worse_in(skip: Told, plain: Told, seed: int) -> bool:
    """Whether it learns without the skips, and with them breaks down or does worse."""
    with_skips, without = (told.seen.learned_by_seed.get(seed) for told in (skip, plain))
    if without is None or outcome_of(without) != "learns":
        return False
    return with_skips is None or makes_worse(with_skips, without)


def _are_same(skip: Told, plain: Told) -> bool:
    """Whether what the skips carry changes nothing, to the bit."""
    sound = not skip.seen.failed and not plain.seen.failed
    return sound and skip.seen.run.drawn is not None and skip.seen.equals(plain.seen)


def _same(run: Recording, told: Told) -> Message:
    """One score for both, of neither's colour."""
    template = say.SAME if run.info.task == "classification" else say.SAME_R2
    score = Value(_score_text(run, _test_scores(told)))
    return _dated(told, Message(template, {"score": score, **_around(run)}))


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
    if run.info.task == "classification":
        return percents_alike([*scores, run.info.chance])
    return scores_alike(scores)


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


def _start(told: Told) -> str:
    """Without its range, which would stand between it and what it became. With batch norm there is
    no loss of the split at the start, only that of the first batch."""
    loss = loss_text(told.seen.learned.start_loss)
    return _(say.IN_FIRST_BATCH, loss=loss) if told.seen.learned.normed else loss


def _what_the_score_leaves_open(run: Recording, told: Told) -> Iterator[Message]:
    if told.seen.failed:
        if told.seen.update_is_another:
            yield told.message(say.NOT_ITS_GRADIENT)
        return
    learned = told.seen.learned
    losses = {
        "start": _start(told),
        "now": with_range(told.seen.over_seeds("loss", "train"), loss_text),
    }
    if told.found.outcome == "early" and learned.unsettled and learned.steps >= EARLY:
        batch = with_range(told.seen.batch_losses, loss_text)
        losses["start"] = loss_text(learned.start_loss)
        yield _dated(told, told.message(say.UNSETTLED, **losses, batch=batch))
    elif told.found.outcome == "worse":
        yield _dated(told, told.message(say.WORSE, **losses))
        if told.seen.update_is_another:
            yield told.message(say.NOT_ITS_GRADIENT)
    elif told.found.outcome == "hardly learns":
        even = told.found.state == "not training" and are_even(told.seen.shares)
        even = even and not told.seen.short_beside_readout
        templates = say.HARDLY_THOUGH_EVEN if even else say.HARDLY
        guessing = {"guessing": loss_text(run.info.guessing)}
        yield _dated(told, told.message(templates[learned.falls], **losses, **guessing))
    elif told.found.outcome == "learns" and learned.by_heart:
        template = say.BY_HEART if run.info.task == "classification" else say.BY_HEART_R2
        fitted = told.seen.over_seeds("accuracy", "train")
        message = told.message(template, score=_score_text(run, fitted))
        yield _dated(told, Message(template, {**message.values, "r2": _r2(run)}))
