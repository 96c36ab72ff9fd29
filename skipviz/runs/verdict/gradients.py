"""What the gradients look like over all layers, in messages."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from skipviz.data import DataInfo
from skipviz.network import Concat, Network
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import messages as say
from skipviz.runs.verdict.judging import EXPLODING, STARVED, VANISHING
from skipviz.runs.verdict.message import Message, Value
from skipviz.runs.verdict.short import share_text, short_messages, zero_counts
from skipviz.runs.verdict.told import Told
from skipviz.runs.verdict.zeros import layers_at_zero, none_at_all
from skipviz.text import (
    loss_text,
    number_text,
    with_range,
)

_SHORT = ("vanishing", "uneven")
_SHORT_IN_SEEDS = ((say.SOME_STARVED, STARVED), (say.SOME_FAR_BELOW, VANISHING))
MOST_GRADIENTS = 2  # arms whose gradients are described
HIGH_LOSS = 10.0  # times that of guessing, at the start


def gradient_messages(run: Recording, arms: Sequence[Told]) -> Iterator[Message]:
    """Arm by arm; then what concerns the network and the seeds."""
    if len(run.weighted_layers) < 2:
        yield _too_few(run)
    else:
        for told in [told for told in arms if not told.seen.failed][:MOST_GRADIENTS]:
            yield from _of_arm(run, told)
    if not run.skips:
        yield Message(say.NO_SKIPS, {})
    yield from _sizes(run)
    yield from _concatenated(run)
    yield from _seeds(run.settings.seeds, arms)


def _seeds(seeds: int, arms: Sequence[Told]) -> Iterator[Message]:
    """Of how many the numbers are medians; nothing where there are none."""
    sound = [len(told.seen.seeds) for told in arms if not told.seen.failed]
    if seeds == 1 or not sound:
        return
    template = say.SEEDS if min(sound) == seeds else say.SOUND_SEEDS
    yield Message(template, {"seeds": Value(str(seeds))})


def _of_arm(run: Recording, told: Told) -> Iterator[Message]:
    found = told.found
    if found.weakest is None:
        yield from _none(run, told)
        return
    if found.state == "exploding":
        yield from _explosion(run, told)
    rise = _rise(told)
    if rise > EXPLODING:
        yield _rises(told, rise)
    elif found.starved:
        yield _starved(told)
    elif found.state in _SHORT:
        yield from short_messages(told)
    elif found.state == "fading":
        yield from _fading(run, told)
    elif found.state != "exploding" and not found.zero:
        yield from _healthy(told, say.HEALTHY, say.HEALTHY_IN_SEEDS)
    if found.zero:
        yield from _zeros(run, told)
    elif found.state in ("vanished", "exploding", "fading", *_SHORT):
        yield from _some_at_zero(told)


def _none(run: Recording, told: Told) -> Iterator[Message]:
    """In no seed, or in some of them."""
    none = int((told.seen.shares == 0).all(1).sum())
    seeds = told.seen.seeds
    if none < len(seeds):
        yield from _some_at_zero(told)
    elif all(run.loss(told.arm, seed=seed)[told.seen.at] == 0 for seed in seeds):
        yield told.message(say.NOTHING_LEFT)
    else:
        yield from none_at_all(run, told)


def _some_at_zero(told: Told) -> Iterator[Message]:
    """In how many seeds all layers are, and in how many more some."""
    none = int((told.seen.shares == 0).all(1).sum())
    if none:
        yield _in_seeds(told, say.NONE_IN_SEEDS, none)
    if some := zero_counts(told) - none:
        yield _in_seeds(told, say.MORE_AT_ZERO if none else say.SOME_AT_ZERO, some)


def _in_seeds(told: Told, template: str, count: int) -> Message:
    """What is so in some of them."""
    return told.message(template, count=str(count), seeds=str(len(told.seen.seeds)))


def _rise(told: Told) -> float:
    """What the first weights get, in units of the last's, of a model whose states nobody sees."""
    ratio = told.found.ratio
    return ratio if told.seen.run.drawn is None and np.isfinite(ratio) else 0.0


def _rises(told: Told, rise: float) -> Message:
    first, last = (told.seen.run.layer_text(told.seen.gradients.layers[end]) for end in (0, -1))
    return told.message(say.WEIGHTS_RISE, first=first, last=last, factor=number_text(rise))


def _zeros(run: Recording, told: Told) -> Iterator[Message]:
    """The layers at exactly 0; then the others, where nothing else is said of them."""
    found = told.found
    columns = [told.seen.gradients.layers.index(layer) for layer in found.zero]
    if (told.seen.shares[:, columns] > 0).any():
        yield from _some_at_zero(told)
        return
    yield from layers_at_zero(run, told)
    said = bool(found.starved) or found.state in ("exploding", *_SHORT)
    if not said and len(found.zero) < _all(told) - 1:
        yield from _healthy(told, say.OTHERS_HEALTHY, say.OTHERS_HEALTHY_IN_SEEDS)


def _all(told: Told) -> int:
    return len(told.seen.gradients.layers)


def _starved(told: Told) -> Message:
    """How many are, and the one that gets the least; of several seeds one that is in all."""
    counts, shares = told.seen.starved_counts, told.seen.shares
    if not np.median(counts):
        return _in_seeds(told, say.SOME_STARVED, sum(count > 0 for count in counts))
    of_all = {"count": with_range(counts, number_text), "all": str(_all(told))}
    always = np.flatnonzero((shares < STARVED).all(0) & (np.median(shares, axis=0) > 0))
    if not len(always):
        return told.message(say.STARVED_HERE_AND_THERE, **of_all)
    column = int(always[np.median(shares[:, always], axis=0).argmin()])
    layer = told.seen.run.layer_text(told.seen.gradients.layers[column])
    several = len(counts) > 1 or counts[0] != 1
    template = say.STARVED_BESIDES if several and told.found.zero else say.STARVED[several]
    return told.message(
        template,
        layer=layer,
        share=share_text(told, column),
        **of_all,
    )


def _little(told: Told) -> Message:
    ends = {"largest": told.seen.largest, "readout": told.seen.of_readout}
    return told.message(say.LITTLE, **{k: with_range(v, number_text) for k, v in ends.items()})


def _healthy(told: Told, one: str, several: str) -> Iterator[Message]:
    """The least that any layer which is not at 0 gets; of several seeds the least in any, or in how
    many of them some layer gets little or nothing."""
    layers = told.seen.gradients.layers
    others = [c for c, layer in enumerate(layers) if layer not in told.found.zero]
    shares = told.seen.shares[:, others]
    if count := int((shares == 0).any(1).sum()):
        more = [_in_seeds(told, say.OTHERS_AT_ZERO, count)]
        yield from more if told.found.zero else _some_at_zero(told)
        return
    for template, bound in _SHORT_IN_SEEDS if len(shares) > 1 else ():
        if count := int((shares < bound).any(1).sum()):
            yield _in_seeds(told, template, count)
            return
    layer = told.seen.run.layer_text(layers[others[int(shares.min(0).argmin())]])
    template = several if len(shares) > 1 else one
    if told.seen.run.frozen_layers:
        template = say.OF_TRAINED.get(template, template)
    yield told.message(template, layer=layer, share=number_text(float(shares.min())))
    if told.seen.short_beside_readout:
        yield _little(told)


def _fading(run: Recording, told: Told) -> Iterator[Message]:
    growths = told.seen.growths
    yield told.message(say.FADING, largest=with_range(told.seen.largest, number_text))
    yield told.message(
        say.FADES_TO,
        last=str(run.layers),
        gradient=with_range(growths.gradient, number_text),
        signal=with_range(growths.state, number_text),
    )


def _explosion(run: Recording, told: Told) -> Iterator[Message]:
    """Where it grows, and what comes of it at the start."""
    found, of_seeds = told.found.growth, told.seen.growths
    if found.gradient > EXPLODING:
        first_size, last_size = run.state_sizes[[0, -1]]
        sizes = int(first_size != last_size)
        one, several = say.GRADIENT_GROWS[sizes], say.GRADIENT_GROWS_IN_SEEDS[sizes]
        yield _grows(run, told, one, several, of_seeds.gradient)
    times = told.seen.time_growths
    if times and np.median(times) > EXPLODING:
        factor = with_range(times, number_text)
        yield told.message(say.TIME_GROWS, last=_last_time(run, told), factor=factor)
    if found.state > EXPLODING:
        yield _grows(run, told, say.SIGNAL_GROWS, say.SIGNAL_GROWS_IN_SEEDS, of_seeds.state)
        losses, guessing = told.seen.first_losses, run.info.guessing
        if np.median(losses) > HIGH_LOSS * guessing:
            start = with_range(losses, loss_text)
            yield told.message(say.LOSS_BEGINS_HIGH, start=start, guessing=loss_text(guessing))


def _last_time(run: Recording, told: Told) -> str:
    return str(run.snapshot("gradient_over_time", told.arm).shape[-1])


def _grows(run: Recording, told: Told, one: str, several: str, factors: Sequence[float]) -> Message:
    """Of one seed, or the median of several with the range."""
    ends = {"low": number_text(min(factors)), "high": number_text(max(factors))}
    values = {"last": str(run.layers), "factor": number_text(float(np.median(factors)))}
    return told.message(several if len(factors) > 1 else one, **values, **ends)


def _sizes(run: Recording) -> Iterator[Message]:
    """Where the skips bring weights of their own, the arms are not equally large."""
    if run.drawn is None or not {"skip", "plain"} <= set(run.main_arms):
        return
    arms = {arm.name: arm for arm in run.settings.arms_for(run.drawn)}
    counts = {name: _count(run.info, arms[name].used_part(run.drawn)) for name in ("skip", "plain")}
    if counts["skip"] != counts["plain"]:
        values = {name: Value(f"{count:,}", name) for name, count in counts.items()}
        yield Message(say.SIZES, values)


@lru_cache(32)
def _count(info: DataInfo, network: Network) -> int:
    return info.resolve(network).counts.parameters


def _concatenated(run: Recording) -> Iterator[Message]:
    """What stands in the place of a skip that widens what a layer reads."""
    widened = [skip for skip in (run.drawn.skips if run.drawn else ()) if isinstance(skip, Concat)]
    if widened and {"skip", "plain"} <= set(run.main_arms):
        yield Message(say.CONCATENATED[len(widened) > 1], {})


def _too_few(run: Recording) -> Message:
    own = run.drawn is None
    if not run.weighted_layers:
        return Message(say.NO_LAYER[own], {})
    return Message(say.ONE_LAYER[own], {"layer": Value(run.layer_text(run.weighted_layers[0]))})
