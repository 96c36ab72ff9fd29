"""What the gradients look like over all layers, in messages."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from skipviz.data import DataInfo
from skipviz.language import _
from skipviz.network import Concat, Network
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import messages as say
from skipviz.runs.verdict.judging import APART, EVEN, EXPLODING, VANISHING
from skipviz.runs.verdict.message import Message, Value
from skipviz.runs.verdict.told import Told
from skipviz.runs.verdict.zeros import layers_at_zero, none_at_all
from skipviz.text import (
    loss_text,
    number_text,
    with_range,
)

_SHORT = ("vanishing", "uneven")
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
        yield from _short(told)
    elif found.state == "fading":
        yield from _fading(run, told)
    elif found.state != "exploding" and not found.zero:
        yield _healthy(told, say.HEALTHY, say.HEALTHY_IN_SEEDS, say.SOME_AT_ZERO)
    if found.zero:
        yield from _zeros(run, told)
    elif found.state in ("vanished", "exploding", "fading", *_SHORT) and _zero_counts(told):
        yield _some_at_zero(told)


def _none(run: Recording, told: Told) -> Iterator[Message]:
    """In no seed, or in some of them."""
    none = int((told.seen.shares == 0).all(1).sum())
    seeds = told.seen.seeds
    if none < len(seeds):
        yield _in_seeds(told, say.NONE_IN_SEEDS, none) if none else _some_at_zero(told)
    elif all(run.loss(told.arm, seed=seed)[told.seen.at] == 0 for seed in seeds):
        yield told.message(say.NOTHING_LEFT)
    else:
        yield from none_at_all(run, told)


def _zero_counts(told: Told) -> int:
    """In how many seeds some layer is at exactly 0."""
    return int((told.seen.shares == 0).any(1).sum())


def _some_at_zero(told: Told) -> Message:
    return _in_seeds(told, say.SOME_AT_ZERO, _zero_counts(told))


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
        yield _some_at_zero(told)
        return
    yield from layers_at_zero(run, told)
    said = bool(found.starved) or found.state in ("exploding", *_SHORT)
    if not said and len(found.zero) < _all(told) - 1:
        yield _healthy(told, say.OTHERS_HEALTHY, say.OTHERS_HEALTHY_IN_SEEDS, say.OTHERS_AT_ZERO)


def _all(told: Told) -> int:
    return len(told.seen.gradients.layers)


def _starved(told: Told) -> Message:
    counts, count = told.seen.starved_counts, str(len(told.found.starved))
    template = say.STARVED[len(counts) > 1 or count != "1"]
    if len(counts) > 1:
        low, high = min(counts), max(counts)
        spread = _("{middle} ({low} to {high})", middle=count, low=low, high=high)
        count = spread if low < high else count
    return told.message(template, count=count, all=str(_all(told)), **_weakest(told))


def _short(told: Told) -> Iterator[Message]:
    if told.found.state == "vanishing":
        fades = told.seen.handed_down[_least_layer(told)[0] - 1] < VANISHING
        lost = told.message(say.VANISHING, **_weakest(told))
        yield lost if fades else told.message(say.UNEVEN_WEIGHTS, **_far_below(told))
        return
    first = told.seen.run.layer_text(told.seen.gradients.layers[0])
    is_first = bool((told.seen.shares[:, 0] == 1).all())
    if _is_passed_by(told):
        yield told.message(say.VANISHING, **_weakest(told))
        yield told.message(say.HANDED_ON[is_first], first=first, most=_share(told, 0))
    else:
        yield _uneven(told, first, is_first)


def _uneven(told: Told, first: str, is_first: bool) -> Message:
    values = _far_below(told)
    if is_first:
        return told.message(say.UNEVEN_BELOW_FIRST, **values, first=first)
    if told.found.growth.gradient < VANISHING:
        return told.message(say.UNEVEN_ABOVE, **values, first=first, most=_share(told, 0))
    return told.message(say.UNEVEN if _differs(told) else say.UNEVEN_WEIGHTS, **values)


def _is_passed_by(told: Told) -> bool:
    """Whether the gradient of states fades as that of the weakest layer's weights does, and skips
    hand it on to the layers below."""
    network, low = told.seen.run.drawn, _least_layer(told)[0]
    if network is None or not told.seen.handed_down[low - 1] < VANISHING:
        return False
    drawn = zip(network.skips, told.seen.arm_in(network).gains(network), strict=True)
    over = any(back and skip.source < low < skip.target for skip, (_, back) in drawn)
    return over and bool((told.seen.shares[:, 0] > EVEN).all())


def _differs(told: Told) -> bool:
    """Whether the gradient of states falls much less, from the largest layer down to the weakest,
    than that of weights."""
    shares, handed = told.seen.gradients.shares, told.seen.handed_down
    column = _least_layer(told)[1]
    below = column < int(shares.argmax()) and not _zero_counts(told)
    if np.isnan(handed).any() or not below:
        return False
    return bool(handed.min() > APART * shares[column])


def _weakest(told: Told) -> dict[str, str]:
    layer, column = _least_layer(told)
    return {"layer": told.seen.run.layer_text(layer), "share": _share(told, column)}


def _far_below(told: Told) -> dict[str, str]:
    """The weakest, and how many times its gradient the largest is."""
    layer, column = _least_layer(told)
    shares = told.seen.shares[:, column]
    return {
        "layer": told.seen.run.layer_text(layer),
        "factor": with_range((1 / shares[shares > 0]).tolist(), number_text),
    }


def _least_layer(told: Told) -> tuple[int, int]:
    """The weakest, and its column."""
    layer = (told.found.weakest or (0, np.nan))[0]
    return layer, told.seen.gradients.layers.index(layer)


def _healthy(told: Told, one: str, several: str, at_zero: str) -> Message:
    """The least that any layer which is not at 0 gets; of several seeds the least in any."""
    layers = told.seen.gradients.layers
    others = [c for c, layer in enumerate(layers) if layer not in told.found.zero]
    shares = told.seen.shares[:, others]
    if count := int((shares == 0).any(1).sum()):
        return _in_seeds(told, at_zero, count)
    layer = told.seen.run.layer_text(layers[others[int(shares.min(0).argmin())]])
    template = several if len(shares) > 1 else one
    if told.seen.run.frozen_layers:
        template = say.OF_TRAINED.get(template, template)
    return told.message(template, layer=layer, share=number_text(float(shares.min())))


def _fading(run: Recording, told: Told) -> Iterator[Message]:
    growths = told.seen.growths
    yield told.message(say.FADING, largest=with_range(told.seen.largest, number_text))
    yield told.message(
        say.FADES_TO,
        last=str(run.layers),
        gradient=with_range(growths.gradient, number_text),
        signal=with_range(growths.state, number_text),
    )


def _share(told: Told, column: int) -> str:
    return with_range(told.seen.shares[:, column].tolist(), number_text)


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
