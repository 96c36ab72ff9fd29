"""What is said of layers whose gradient is exactly 0, and why it is."""

from collections.abc import Iterator, Sequence

import numpy as np

from skipviz.language import _
from skipviz.runs.recording import Recording
from skipviz.runs.verdict import messages as say
from skipviz.runs.verdict.message import Message
from skipviz.runs.verdict.reasons import Zeros, zeros_of
from skipviz.runs.verdict.told import Told
from skipviz.text import layers_text, number_text, with_range


def layers_at_zero(run: Recording, told: Told) -> Iterator[Message]:
    """Layer by layer, those of one reason together."""
    for each in _found(run, told):
        yield _zero(run, told, each)


def none_at_all(run: Recording, told: Told) -> Iterator[Message]:
    """That there is none, and why where that is known."""
    zeros = _found(run, told)
    if {each.why for each in zeros} == {"zero init", "zero units"}:
        yield told.message(say.NONE["zero init"])
        return
    if len(zeros) == 1 and zeros[0].why in say.NONE:
        yield told.message(say.NONE[zeros[0].why], **_flat(run, told, zeros[0]))
        return
    yield told.message(say.NO_GRADIENT)
    for each in zeros:
        if each.why != "unknown":
            yield _zero(run, told, each)


def _found(run: Recording, told: Told) -> list[Zeros]:
    return zeros_of(run, told.arm, told.seen.at, _seed_of_zeros(told), told.found.zero)


def _seed_of_zeros(told: Told) -> int:
    """The seed in which the most of them are at 0: the reasons are read from it."""
    columns = [told.seen.gradients.layers.index(layer) for layer in told.found.zero]
    zeros = (told.seen.shares[:, columns] == 0).sum(1)
    return told.seen.seeds[int(zeros.argmax())]


def _zero(run: Recording, told: Told, zeros: Zeros) -> Message:
    several = len(zeros.layers) > 1
    form = 2 if several and len(zeros.scales) == 1 else int(several)
    values = {"layers": layers_text(zeros.layers), **_flat(run, told, zeros)}
    if zeros.why == "zero units":
        values["off"] = units_called(run, zeros.layers)
    gradients = [_scale_gradient(run, told, zeros.scales, each) for each in told.seen.seeds]
    if zeros.why == "learned scale" and any(gradients):
        return told.message(
            say.SCALES_FIRST[form], **values, gradient=with_range(gradients, number_text)
        )
    return told.message(say.ZERO[zeros.why][form], **values)


def _flat(run: Recording, told: Told, zeros: Zeros) -> dict[str, str]:
    """The layers all of whose units have no slope, and how that is called; the seed of several."""
    if zeros.why != "flat units":
        return {}
    flat = layers_text(zeros.flat)
    if run.settings.seeds > 1:
        seed = run.settings.seed + _seed_of_zeros(told)
        flat = _("{layers} (with seed {seed})", layers=flat, seed=seed)
    return {"flat": flat, "off": units_called(run, zeros.flat)}


def units_called(run: Recording, layers: Sequence[int]) -> str:
    """How a unit whose activation has no slope is called."""
    network = run.drawn
    used = {network.style(k).activation for k in layers} if network else set[str]()
    if used and used <= _OFF:
        return _("off")
    return _("saturated") if used <= _SATURATING else _("flat")


_OFF = {"relu", "crelu", "gelu", "silu", "softplus", "hardswish"}
_SATURATING = {"tanh", "sigmoid", "hard_sigmoid", "selu"}


def _scale_gradient(run: Recording, told: Told, scales: Sequence[int], seed: int) -> float:
    """The largest gradient of these learned branch scales; 0 where none is measured."""
    if not run.has("branch_scale_gradient"):
        return 0.0
    found = run.probe("branch_scale_gradient", told.arm, seed)[told.seen.at, list(scales)]
    return float(np.nanmax(found)) if np.isfinite(found).any() else 0.0
