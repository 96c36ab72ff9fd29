"""The run in the drawing itself: the colour of every layer and what every skip carries."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from skipviz.figures.attribution import skip_shares
from skipviz.figures.learned import GRADIENT, learned_quantities, skips_learning
from skipviz.language import N_, _
from skipviz.network import AnySkip
from skipviz.network.skips import Gate
from skipviz.probes.catalogue import probes_of
from skipviz.runs.given import takes_run
from skipviz.runs.painted import painted
from skipviz.runs.recording import Recording
from skipviz.text import number_text


@takes_run
def editor_gradients(run: Recording, at: int = -1) -> dict[str, Any]:
    """|dL/dW_k| at frame `at` as cividis colours, for layers 1..N and the readout of each arm.

    One scale for all arms, from `scale` "low" to "high": the same colour means the same gradient
    wherever it stands; None where nothing is above 0. `zeros` are the layers whose gradient is
    exactly 0, which have a colour of their own. `shares` are those of the skips by
    "source-target", signed; None where they are not measured. `learned` are sentences on what
    skips learn, by "source-target" as well.
    """
    found = painted(run, at)
    low, high = found.scale or (0.0, 0.0)
    learning = learned_quantities(run)
    return {
        "scale": {"low": number_text(low), "high": number_text(high)} if found.scale else None,
        "arms": [
            {
                "name": arm,
                "label": run.label_of(arm),
                "layers": [paint.colour for paint in paints],
                "zeros": [k for k, paint in enumerate(paints, start=1) if paint.zero],
                "values": [paint.gradient for paint in paints],
                "shares": _shares(run, arm, at),
                "learned": _learned(run, learning, arm, at),
            }
            for arm, paints in found.arms.items()
        ],
    }


def _shares(run: Recording, arm: str, at: int) -> dict[str, float] | None:
    measured = {probe.name for probe in probes_of(run.settings.probes)}
    if not run.skips or "skip_share" not in measured or not len(run.snapshot_steps()):
        return None
    shares = zip(run.skips, skip_shares(run, arm, at), strict=True)
    return {f"{p}-{q}": float(f"{share:.9g}") for (p, q), share in shares if np.isfinite(share)}


def _learned(run: Recording, learning: Iterable[str], arm: str, at: int) -> dict[str, list[str]]:
    """Only of skips that learn one of the quantities and that the arm uses."""
    lines: dict[str, list[str]] = {}
    network = run.drawn
    if network is None:
        return lines
    for quantity in learning:
        values, slopes = (
            run.median_at(name, arm, at) for name in (quantity, f"{quantity}{GRADIENT}")
        )
        for place in skips_learning(run, quantity, arm):
            skip = network.skips[place]
            numbers = (number_text(float(each[place])) for each in (values, slopes))
            said = _said(skip, quantity, *numbers)
            lines.setdefault(f"{skip.source}-{skip.target}", []).append(said)
    return lines


def _said(skip: AnySkip, quantity: str, value: str, slope: str) -> str:
    if isinstance(skip, Gate) and quantity == "gate":
        opening = _(_OPENINGS[skip.opening], value=value)
        return _("gate: {opening}, |∂L/∂W| of it {slope}", opening=opening, slope=slope)
    if quantity == "projection":
        return f"|W| {value}, |∂L/∂W| {slope}"
    several = getattr(skip, quantity).learned == "channel"
    return _(_SCALES[quantity, several], value=value, slope=slope)


_OPENINGS = {
    "{} to the branch": N_("{value} to the branch"),
    "lets {} through": N_("lets {value} through"),
}
_SCALES = {
    ("branch_scale", False): N_("branch scale {value}, |∂L/∂scale| {slope}"),
    ("branch_scale", True): N_("branch scale (root mean square) {value}, |∂L/∂scale| {slope}"),
    ("shortcut_scale", False): N_("shortcut scale {value}, |∂L/∂scale| {slope}"),
    ("shortcut_scale", True): N_("shortcut scale (root mean square) {value}, |∂L/∂scale| {slope}"),
}
"""By the quantity, and whether there is a number per channel."""
