"""What is said of layers that get little: of a gradient that vanishes, or is uneven."""

from collections.abc import Iterator

import numpy as np

from skipviz.runs.verdict import messages as say
from skipviz.runs.verdict.judging import APART, EVEN, VANISHING
from skipviz.runs.verdict.message import Message
from skipviz.runs.verdict.told import Told
from skipviz.text import number_text, with_range
from skipviz.types import Array


def short_messages(told: Told) -> Iterator[Message]:
    """The layer that gets the least, and whether that much is lost on the way down."""
    if told.found.state == "vanishing":
        fades = _from_top(told)[_least_layer(told)[0] - 1] < VANISHING
        yield _vanishing(told) if fades else _uneven_weights(told)
        return
    first = told.seen.run.layer_text(told.seen.gradients.layers[0])
    is_first = bool((told.seen.shares[:, 0] == 1).all())
    if _is_passed_by(told):
        yield _vanishing(told)
        yield told.message(say.HANDED_ON[is_first], first=first, most=share_text(told, 0))
    else:
        yield _uneven(told, first, is_first)


def _vanishing(told: Told) -> Message:
    """In all seeds, or in those in which the layer gets that little."""
    shares = told.seen.shares[:, _least_layer(told)[1]]
    count, seeds = int(((shares > 0) & (shares < VANISHING)).sum()), len(told.seen.seeds)
    if count == seeds:
        return told.message(say.VANISHING, **_weakest(told))
    counts = {"count": str(count), "seeds": str(seeds)}
    return told.message(say.VANISHING_IN_SEEDS, **counts, **_weakest(told))


def _uneven(told: Told, first: str, is_first: bool) -> Message:
    values = _far_below(told)
    if is_first:
        return told.message(say.UNEVEN_BELOW_FIRST, **values, first=first)
    if told.found.growth.gradient < VANISHING:
        return told.message(say.UNEVEN_ABOVE, **values, first=first, most=share_text(told, 0))
    return told.message(say.UNEVEN, **values) if _differs(told) else _uneven_weights(told)


def _uneven_weights(told: Told) -> Message:
    """Of a model that nobody drew the layer that gets the most has a name."""
    run, values = told.seen.run, _far_below(told)
    if run.drawn is not None:
        return told.message(say.UNEVEN_WEIGHTS, **values)
    most = told.seen.gradients.layers[int(told.seen.gradients.shares.argmax())]
    return told.message(say.UNEVEN_BELOW_FIRST, **values, first=run.layer_text(most))


def _is_passed_by(told: Told) -> bool:
    """Whether the gradient of states fades as that of the weakest layer's weights does, and skips
    hand it on to the layers below."""
    network, low = told.seen.run.drawn, _least_layer(told)[0]
    left = _from_top(told)
    if network is None or not left[low - 1] < VANISHING:
        return False
    drawn = zip(network.skips, told.seen.arm_in(network).gains(network), strict=True)
    over = [skip for skip, (_, back) in drawn if back and skip.source < low < skip.target]
    reached = any(skip.target > len(left) or left[skip.target - 1] > VANISHING for skip in over)
    return reached and bool((told.seen.shares[:, 0] > EVEN).all())


def _differs(told: Told) -> bool:
    """Whether the gradient of states falls much less, from the largest layer down to the weakest,
    than that of weights."""
    shares, layers = told.seen.gradients.shares, told.seen.gradients.layers
    low, column = _least_layer(told)
    top = layers[int(shares.argmax())]
    if low >= top or zero_counts(told):
        return False
    left = [_from_top(told), told.seen.handed_down(top)[low - 1 : top]]
    return bool(min(each.min() for each in left) > APART * shares[column])


def _from_top(told: Told) -> Array:
    """(N,) what of dL/ds_N is left of it at every state."""
    return told.seen.handed_down(told.seen.run.layers)


def _far_below(told: Told) -> dict[str, str]:
    """The weakest, and how many times its gradient the largest is."""
    layer, column = _least_layer(told)
    shares = told.seen.shares[:, column]
    return {
        "layer": told.seen.run.layer_text(layer),
        "factor": with_range((1 / shares[shares > 0]).tolist(), number_text),
    }


def _weakest(told: Told) -> dict[str, str]:
    layer, column = _least_layer(told)
    return {"layer": told.seen.run.layer_text(layer), "share": share_text(told, column)}


def _least_layer(told: Told) -> tuple[int, int]:
    """The weakest, and its column."""
    layer = (told.found.weakest or (0, np.nan))[0]
    return layer, told.seen.gradients.layers.index(layer)


def share_text(told: Told, column: int) -> str:
    return with_range(told.seen.shares[:, column].tolist(), number_text)


def zero_counts(told: Told) -> int:
    """In how many seeds some layer is at exactly 0."""
    return int((told.seen.shares == 0).any(1).sum())
